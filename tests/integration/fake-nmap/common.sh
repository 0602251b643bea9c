# common.sh - what the fake nmaps share: the beginning and the parts of nmap's XML, as nmap 7.93 prints them.
begin() {
	printf '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE nmaprun>\n<nmaprun scanner="nmap" start="1" version="7.93">\n'
}
host() { # address
	printf '<host><status state="up" reason="echo-reply" reason_ttl="64"/><address addr="%s" addrtype="ipv4"/>' "$1"
	printf '<hostnames><hostname name="%s" type="PTR"/></hostnames></host>\n' "${2:-fake.test}"
}
end() { # the number of addresses; by default more than anybody asked for
	printf '<runstats><finished time="2" elapsed="1" exit="success"/><hosts up="1" down="0" total="%s"/></runstats>\n</nmaprun>\n' "${1:-1000000}"
}
