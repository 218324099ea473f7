// The other side of types.py: upstream's own schemas, as they stand in the folder that this is started in.
//
// One JSON request per line on stdin, one JSON answer per line on stdout:
//   {"schema": NAME, "texts": [...]}   keeps the texts; answers {}
//   {"time": NAME, "passes": N}        reads all texts of the schema N times; answers {"ns": per text}

import { createInterface } from "node:readline"
import { createRequire } from "node:module"
import { pathToFileURL } from "node:url"

const types = createRequire(pathToFileURL(`${process.cwd()}/`))("@roo-code/types")
const kept = new Map()

function time(name, passes) {
	const schema = types[name]
	const texts = kept.get(name)
	const began = process.hrtime.bigint()
	for (let pass = 0; pass < passes; pass++) {
		for (const text of texts) schema.safeParse(JSON.parse(text))
	}
	return Number(process.hrtime.bigint() - began) / passes / texts.length
}

for await (const line of createInterface({ input: process.stdin })) {
	const request = JSON.parse(line)
	if (request.texts) kept.set(request.schema, request.texts)
	console.log(JSON.stringify(request.texts ? {} : { ns: time(request.time, request.passes) }))
}
