// node-ipc with upstream's schemas, as one side of a measured conversation; started by ipc.py.
//
//   node ipc_node.mjs serve SOCKET EVENTS COUNT    a host: answers GetCommands, floods when it gets SendMessage
//   node ipc_node.mjs flood SOCKET EVENTS COUNT    a client: prints {"value"}, the seconds from the first to the last event
//   node ipc_node.mjs ping SOCKET EVENTS COUNT     a client: prints {"value"}, the seconds for COUNT questions in turn
//
// Upstream's own host writes whatever the state of the socket; this one waits for the socket now and then, so that
// it is not memory that is measured.

import { readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { pathToFileURL } from "node:url"

const require = createRequire(pathToFileURL(`${process.cwd()}/`))
const { ipcMessageSchema } = require("@roo-code/types")
const { default: ipc } = require("node-ipc")

const [role, path, file, number] = process.argv.slice(2)
const count = Number(number)
const events = readFileSync(file, "utf8").trimEnd().split("\n").map((line) => JSON.parse(line))
const answer = { eventName: "commandsResponse", payload: [[]] }
const eventMessage = (data) => ({ type: "TaskEvent", origin: "server", data })

ipc.config.silent = true

function serve() {
	ipc.serve(path, () => {
		ipc.server.on("connect", (socket) => {
			const data = { clientId: "c1", pid: process.pid, ppid: process.ppid }
			ipc.server.emit(socket, "message", { type: "Ack", origin: "server", data })
		})
		ipc.server.on("message", async (raw, socket) => {
			const { success, data: message } = ipcMessageSchema.safeParse(raw)
			if (!success || message.type !== "TaskCommand") return
			if (message.data.commandName === "GetCommands") {
				ipc.server.emit(socket, "message", eventMessage(answer))
				return
			}
			for (let sent = 0; sent < count; sent++) {
				ipc.server.broadcast("message", eventMessage(events[sent % events.length]))
				if (socket.writableLength > 1 << 20) await new Promise((resolve) => socket.once("drain", resolve))
			}
		})
		console.log("listening")
	})
	ipc.server.start()
	process.stdin.on("end", () => process.exit(0)).resume()
}

function talk() {
	let clientId
	let heard = 0
	let began
	const say = (data) => ipc.of.host.emit("message", { type: "TaskCommand", origin: "client", clientId, data })
	const finish = () => {
		console.log(JSON.stringify({ value: Number(process.hrtime.bigint() - began) / 1e9 }))
		process.exit(0)
	}
	const steps = {
		flood() {
			if (heard === 0) began = process.hrtime.bigint()
			if (++heard === count) finish()
		},
		ping() {
			if (++heard === count) finish()
			say({ commandName: "GetCommands" })
		},
	}
	ipc.config.retry = 100
	ipc.connectTo("host", path, () => {
		ipc.of.host.on("message", (raw) => {
			const { success, data: message } = ipcMessageSchema.safeParse(raw)
			if (!success) throw new Error("an event was refused")
			if (message.type === "TaskEvent") return steps[role]()
			clientId = message.data.clientId
			began = process.hrtime.bigint()
			say(role === "flood" ? { commandName: "SendMessage", data: { text: "go" } } : { commandName: "GetCommands" })
		})
	})
}

if (role === "serve") serve()
else talk()
