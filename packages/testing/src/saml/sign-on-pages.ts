import { escapeXml } from "../http/xml.js";
import { awsSignInUrl } from "./saml-names.js";

/** The form to sign in. */
export function signInPage(message = ""): string {
  const note = message === "" ? "" : `<p role="alert">${escapeXml(message)}</p>`;
  return page(
    "Sign in",
    `${note}<form method="post" action="/sso">` +
      '<label>Username <input name="username" autocomplete="username" required></label> ' +
      '<label>Password <input name="password" type="password" autocomplete="current-password" required></label> ' +
      "<button>Sign in</button></form>",
  );
}

/** What a browser posts to AWS: the HTTP POST binding. Without the script that submits it, so that a person has to. */
export function postToAwsPage(samlResponse: string): string {
  return page(
    "Signed in",
    `<form method="post" action="${awsSignInUrl}">` +
      `<input type="hidden" name="SAMLResponse" value="${escapeXml(samlResponse)}">` +
      '<input type="hidden" name="RelayState" value=""><button>Continue to AWS</button></form>',
  );
}

function page(title: string, body: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${title}</title></head><body>${body}</body></html>\n`;
}
