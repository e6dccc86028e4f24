import { defineConfig } from "vitest/config";

const conditions = ["@evercred/source"];

export default defineConfig({
  resolve: { conditions: [...conditions, "module", "node", "import", "default"] },
  ssr: { resolve: { conditions: [...conditions, "node", "import", "default"] } },
  test: {
    include: ["packages/*/test/**/*.test.ts"],
    typecheck: { enabled: false },
    setupFiles: ["./packages/testing/test/strict-setup.ts"],
    sequence: { shuffle: true },
    pool: "forks",
    execArgv: ["--expose-gc", "--conditions=@evercred/source"],
    testTimeout: 30_000,
  },
});
