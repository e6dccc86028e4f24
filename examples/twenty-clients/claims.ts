const failed: string[] = [];

/** States what must hold, with what was found. */
export function claim(text: string, holds: boolean): void {
  console.log(`  ${holds ? "✔" : "✘"} ${text}`);
  if (!holds) {
    failed.push(text);
  }
}

/** Says for comparison what the other one does; nothing depends on it. */
export function compare(text: string): void {
  console.log(`    ${text}`);
}

/** Ends the process with an error when a claim failed. */
export function settleClaims(): void {
  if (failed.length > 0) {
    console.error(`\n${failed.length} claim(s) failed:\n${failed.map((text) => `  ✘ ${text}`).join("\n")}`);
    process.exitCode = 1;
  } else {
    console.log("\nEvery claim holds.");
  }
}
