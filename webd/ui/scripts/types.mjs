// types.mjs - prints TypeScript types from the API's openapi.json: node types.mjs FILE. `make print` keeps src/api/types.ts so, and a test compares.
import {readFileSync} from 'node:fs';

const document = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const {schemas} = document.components;
const lines = [];

// "#/components/schemas/Config/properties/x" is the type Config['x'].
function reference(ref) {
	const [name, ...rest] = ref.replace('#/components/schemas/', '').split('/');
	return rest.length === 0 ? name : `${name}['${rest[1]}']`;
}

const NAMES = {string: 'string', integer: 'number', number: 'number', boolean: 'boolean', null: 'null'};

function objectType(schema, indent) {
	if (schema.properties === undefined) {
		return 'Record<string, unknown>';
	}
	const required = new Set(schema.required ?? []);
	const members = Object.entries(schema.properties).map(([name, member]) => {
		const doc = member.description === undefined ? '' : `${indent}\t/** ${member.description.replaceAll('*/', '*\\/')} */\n`;
		return `${doc}${indent}\t${name}${required.has(name) ? '' : '?'}: ${typeOf(member, indent + '\t')};\n`;
	});
	return `{\n${members.join('')}${indent}}`;
}

function typeOf(schema, indent) {
	if (schema.$ref !== undefined) {
		return reference(schema.$ref);
	}
	if (schema.anyOf !== undefined || schema.oneOf !== undefined) {
		return (schema.anyOf ?? schema.oneOf).map((one) => typeOf(one, indent)).join(' | ');
	}
	if (schema.enum !== undefined) {
		return schema.enum.map((word) => (word === null ? 'null' : `'${word}'`)).join(' | ');
	}
	if (Array.isArray(schema.type)) {
		return schema.type.map((type) => typeOf({...schema, type}, indent)).join(' | ');
	}
	if (schema.type === 'array') {
		const of = typeOf(schema.items ?? {}, indent);
		return of.includes(' ') ? `Array<${of}>` : `${of}[]`;
	}
	if (schema.type === 'object') {
		return objectType(schema, indent);
	}
	return NAMES[schema.type] ?? 'unknown';
}

function comment(text, indent = '') {
	if (text !== undefined) {
		lines.push(`${indent}/** ${text} */`);
	}
}

const jsonOf = (content) => content?.['application/json']?.schema;

// The types of the good answers that are JSON.
function answerOf(operation) {
	const good = Object.entries(operation.responses).filter(([code, {content}]) => code.startsWith('2') && jsonOf(content) !== undefined);
	return good.length === 0 ? null : [...new Set(good.map(([, {content}]) => typeOf(jsonOf(content), '\t\t')))].join(' | ');
}

function queryOf(operation) {
	const parameters = (operation.parameters ?? []).filter((one) => one.in === 'query');
	if (parameters.length === 0) {
		return 'NoQuery';
	}
	return `{${parameters.map((one) => `${one.name}${one.required ? '' : '?'}: ${typeOf(one.schema, '\t\t')}`).join('; ')}}`;
}

lines.push('// types.ts - the API, printed from openapi.json by scripts/types.mjs: do not edit.', '');
for (const [name, schema] of Object.entries(schemas)) {
	comment(schema.description);
	const type = typeOf(schema, '');
	lines.push(type.startsWith('{') ? `export interface ${name} ${type}` : `export type ${name} = ${type};`, '');
}

lines.push('export type NoQuery = Record<never, never>;', '');
lines.push('/** What GET answers, and which parameters it takes. */', 'export interface Gets {');
for (const [path, {get}] of Object.entries(document.paths)) {
	const answer = get === undefined ? null : answerOf(get);
	if (answer !== null) {
		comment(get.summary, '\t');
		lines.push(`\t'${path}': {answer: ${answer}; query: ${queryOf(get)}};`);
	}
}
lines.push('}', '', '/** What changes something. */', 'export interface Sends {');
for (const [path, verbs] of Object.entries(document.paths)) {
	for (const verb of ['post', 'put', 'delete'].filter((one) => verbs[one] !== undefined)) {
		const operation = verbs[verb];
		const body = jsonOf(operation.requestBody?.content);
		const optional = operation.requestBody?.required === false ? ' | undefined' : '';
		comment(operation.summary, '\t');
		lines.push(
			`\t'${verb.toUpperCase()} ${path}': {answer: ${answerOf(operation) ?? 'unknown'}; ` +
			`body: ${body === undefined ? 'undefined' : typeOf(body, '\t\t') + optional}; query: ${queryOf(operation)}};`);
	}
}
lines.push('}', '', '/** The events of /api/events. */', 'export interface Events {');
for (const [name, schema] of Object.entries(document.paths['/api/events'].get.responses['200'].content['text/event-stream']['x-events'])) {
	lines.push(`\t${name}: ${reference(schema.$ref)};`);
}
lines.push('}');
process.stdout.write(lines.join('\n') + '\n');
