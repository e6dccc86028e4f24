/** Credentials from a vault of your own, over HTTP: asked for once, refreshed ahead, the fallback of the environment. */
import assert from "node:assert/strict";
import { tracingChannel } from "node:diagnostics_channel";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CredentialsTransientError, chain, fromEnv, fromSource, type RefreshEvent } from "evercred";

// The vault: any service that answers a set with its expiration.
let asked = 0;
const vault = createServer((_request, response) => {
  asked += 1;
  const set = {
    accessKeyId: "AKIAIOSFODNN7EXAMPLE",
    secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    expiration: new Date(Date.now() + 3_600_000),
  };
  response.end(JSON.stringify(set));
});
await new Promise<void>((resolve) => vault.listen(0, "127.0.0.1", resolve));
const url = `http://127.0.0.1:${(vault.address() as AddressInfo).port}/aws/creds/demo`;

// The source: what identifies the credentials, and how to obtain them once. The signal ends at the load's deadline.
const fromVault = fromSource({
  name: "vault",
  key: { url },
  async load({ signal }) {
    const response = await fetch(url, { signal });
    if (!response.ok) {
      throw new CredentialsTransientError(`The vault answered ${response.status}.`);
    }
    const { expiration, ...keys } = (await response.json()) as Record<
      "accessKeyId" | "secretAccessKey" | "expiration",
      string
    >;
    return { ...keys, expiration: new Date(expiration) };
  },
});

// What happens behind the scenes, without secrets.
tracingChannel("evercred:refresh").asyncEnd.subscribe((event) => {
  const { name, expiration } = event as RefreshEvent;
  console.log(`refreshed: ${name}, until ${expiration?.toISOString()}`);
});

const provider = chain(fromEnv({ env: {} }), fromVault);
const sets = await Promise.all(Array.from({ length: 10 }, () => provider()));
await provider();
vault.close();
vault.closeAllConnections();

console.log(`${sets.length + 1} calls, the vault was asked ${asked} time(s)`);
console.log(provider.status());
assert.equal(asked, 1);
