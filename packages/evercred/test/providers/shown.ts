import { inspect } from "node:util";
import type { CredentialProvider } from "evercred";

/** Everything that anybody can see of values. */
export function shown(...values: readonly unknown[]): string {
  return values
    .map((value) => {
      const texts = [
        inspect(value, { depth: null, showHidden: true, getters: true }),
        JSON.stringify(value),
        `${value}`,
      ];
      return texts.join("\n");
    })
    .join("\n");
}

/** Everything that anybody can see of a provider. */
export function shownProvider(provider: Pick<CredentialProvider, "name" | "status">): string {
  return shown(provider, provider.name, provider.status());
}
