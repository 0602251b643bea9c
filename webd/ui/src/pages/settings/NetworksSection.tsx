// NetworksSection.tsx - which networks are scanned for servers, what is left out, and how hard it is looked.
import {Section} from '../../components/Page.tsx';
import {useDraft} from './draft.ts';
import {Choice, Field, Fields, Lines, Stack} from './fields.tsx';
import {NetworkSuggestions} from './Suggestions.tsx';

export function NetworksSection() {
	const {form, limits, change} = useDraft();
	const scan = form.network_scan;
	const edit = (part: Partial<typeof scan>) => change((now) => ({network_scan: {...now.network_scan, ...part}}));
	return (
		<>
			<Section title="Networks">
				<Stack>
					<Lines
						field="subnets_to_scan" label="Networks to scan" placeholder={'10.0.0.0/24\nnas.example.org'} value={form.subnets_to_scan} onChange={(subnets_to_scan) => change(() => ({subnets_to_scan}))}
						help="Networks, addresses and host names, one a line. Servers are found there."
					/>
					<Lines
						field="exclude_addresses" label="Never scan" placeholder="10.0.0.1" value={form.exclude_addresses} onChange={(exclude_addresses) => change(() => ({exclude_addresses}))}
						help="Networks and addresses, one a line: routers, printers, what must not be touched."
					/>
				</Stack>
				<NetworkSuggestions />
			</Section>
			<Section title="How networks are scanned">
				<Stack>
					<Field
						field="network_scan.ports" label="Ports" wide value={scan.ports} onChange={(ports) => edit({ports})}
						help="Numbers and ranges such as 22,80,8000-8100, or top:100 for the 100 most common."
					/>
					<Fields>
						<Field
							field="network_scan.max_rate" label="Packets a second, at most" value={scan.max_rate} onChange={(max_rate) => edit({max_rate})}
							help={limits.max_rate === 0 ? '0 leaves it to nmap.' : `The limits allow up to ${limits.max_rate.toLocaleString()}.`}
						/>
						<Field field="network_scan.host_timeout" label="Time for one host, at most" value={scan.host_timeout} onChange={(host_timeout) => edit({host_timeout})} help="Such as 5m." />
						<Field field="network_scan.scan_timeout" label="Time for a whole scan, at most" value={scan.scan_timeout} onChange={(scan_timeout) => edit({scan_timeout})} help="Such as 6h." />
					</Fields>
					<Choice label="Guess the operating system" help="Slower, and only where scans may use raw sockets." value={scan.detect_os} onChange={(detect_os) => edit({detect_os})} />
				</Stack>
			</Section>
		</>
	);
}
