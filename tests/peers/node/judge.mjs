// Judges values with the real schemas of @roo-code/types, as they stand in the folder that this is started in.
//
//   node judge.mjs SCHEMA < values.jsonl > verdicts.jsonl
//
// One JSON value per line in, one line per value out, in the same order: {"ok":false} or {"ok":true,"output":VALUE}.
// Exit code 3: no such schema.

import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { pathToFileURL } from "node:url"

const types = createRequire(pathToFileURL(`${process.cwd()}/`))("@roo-code/types")
const schema = types[process.argv[2]]
if (typeof schema?.safeParse !== "function") {
	console.error(`judge: @roo-code/types exports no schema named ${process.argv[2]}`)
	process.exit(3)
}

for (const line of readFileSync(0, "utf8").trimEnd().split("\n")) {
	const { success, data } = schema.safeParse(JSON.parse(line))
	console.log(JSON.stringify(success ? { ok: true, output: data } : { ok: false }))
}
