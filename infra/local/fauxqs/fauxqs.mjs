// Starts fauxqs on a free loopback port and prints {"url":"http://127.0.0.1:…"} on a line of its own.
// Arguments: the node_modules directory, the Region.
//
// Its own command isn't used because that listens on every interface. The stores are made here, from inside the
// package (its version is pinned exactly), for the sake of one setting: with an empty host a queue's URL starts with
// the address the client used, and not with sqs.<region>.localhost, which many resolvers don't know.
import { pathToFileURL } from "node:url";

const [modules, region] = process.argv.slice(-2);
const load = (path) => import(pathToFileURL(`${modules}/fauxqs/dist/${path}`).href);

// The other end of stdin is held by the program that started this one: when that ends, however it ends, so does this.
process.stdin.on("end", () => process.exit(0)).on("error", () => process.exit(0)).resume();

const { buildApp } = await load("app.js");
const { SqsStore } = await load("sqs/sqsStore.js");
const { SnsStore } = await load("sns/snsStore.js");
const { S3Store } = await load("s3/s3Store.js");
const stores = { sqsStore: new SqsStore(), snsStore: new SnsStore(), s3Store: new S3Store() };
stores.sqsStore.host = "";

const app = buildApp({ logger: { level: "warn", stream: process.stderr }, defaultRegion: region, stores });
const url = await app.listen({ port: 0, host: "127.0.0.1" });
process.stdout.write(JSON.stringify({ url }) + "\n");
