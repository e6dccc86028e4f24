import { Session } from "node:inspector";
import { tellResult } from "../processes/run-probe.js";

/**
 * Every file that one import makes V8 compile, ES modules and CommonJS alike, as the debugger sees them.
 * `loaded-files-probe.js <specifier>`.
 */
const specifier = process.argv[2] ?? "";
const session = new Session();
session.connect();
const files = new Set<string>();
let watching = false;
session.on("Debugger.scriptParsed", ({ params }) => {
  if (watching && !params.url.startsWith("node:") && params.url !== "") {
    files.add(params.url);
  }
});
session.post("Debugger.enable");
watching = true;
await import(specifier);
tellResult({ files: [...files].filter((file) => !/^evalmachine|^wasm/.test(file)) });
session.disconnect();
