import { createLocalJWKSet, exportJWK, generateKeyPair, SignJWT } from "jose";
import { expect, test } from "vitest";
import { createFakeClock } from "../../src/index.js";
import { verifyWebIdentityToken } from "../../src/oidc/verify-web-identity-token.js";

const clock = createFakeClock();
const issuer = "https://issuer.example";
const provider = { arn: "arn:aws:iam::123456789012:oidc-provider/issuer.example", issuer, clientIds: ["app"] };

/** Verifies a token that was signed with a new key of an algorithm. */
async function verify(algorithm: string) {
  const { privateKey, publicKey } = await generateKeyPair(algorithm);
  const keys = createLocalJWKSet({ keys: [await exportJWK(publicKey)] });
  const now = clock.now() / 1000;
  const token = await new SignJWT({ iss: issuer, sub: "alice", aud: "app", iat: now, exp: now + 60 })
    .setProtectedHeader({ alg: algorithm })
    .sign(privateKey);
  return verifyWebIdentityToken(token, {
    directory: { oidcProvider: () => ({ ...provider, accountId: "123456789012" }) },
    clock,
    keys: { keysOf: async () => keys },
    accountId: "123456789012",
  });
}

test.each([["RS256"], ["RS512"], ["ES256"], ["ES384"], ["ES512"]])("takes %s, as AWS does", async (algorithm) => {
  expect(await verify(algorithm)).toMatchObject({ subject: "alice", audiences: ["app"], sourceIdentity: undefined });
});

test.each([["PS256"], ["Ed25519"]])("refuses %s, as AWS does", async (algorithm) => {
  await expect(verify(algorithm)).rejects.toMatchObject({ code: "InvalidIdentityToken" });
});
