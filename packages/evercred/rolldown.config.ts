import { cpSync, readdirSync, rmSync } from "node:fs";
import { defineConfig } from "rolldown";

/** What importing the package loads is one file; what the first call needs comes with the first call. */
export default defineConfig({
  input: "src/index.ts",
  platform: "node",
  external: [/^[^./]/, /sdk\.cjs$/],
  output: {
    dir: "dist",
    format: "esm",
    sourcemap: true,
    // The declarations have them.
    comments: false,
    chunkFileNames: "[name].js",
    codeSplitting: {
      groups: [
        {
          debugName: "what the import loads",
          name: (id, context) => (isEager(id, (one) => context.getModuleInfo(one)) ? "evercred" : null),
        },
      ],
    },
  },
  plugins: [
    {
      name: "what tsc and rolldown leave to others",
      buildStart() {
        for (const file of readdirSync("dist").filter((name) => /\.js(\.map)?$/.test(name))) {
          rmSync(`dist/${file}`);
        }
      },
      writeBundle() {
        cpSync("src/sts/sdk.cjs", "dist/sts/sdk.cjs");
      },
    },
  ],
});

type InfoOf = (id: string) => { readonly isEntry: boolean; readonly importers: readonly string[] } | null;

/** Whether the entry comes to a module by static imports alone. */
function isEager(id: string, infoOf: InfoOf, seen: Set<string> = new Set()): boolean {
  const info = seen.has(id) ? null : infoOf(id);
  seen.add(id);
  return info !== null && (info.isEntry || info.importers.some((importer) => isEager(importer, infoOf, seen)));
}
