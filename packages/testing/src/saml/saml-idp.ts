import type { TimeSource } from "../emulator-clock.js";
import type { SamlAssertionOptions } from "./saml-assertion-options.js";

export interface SamlIdpOptions {
  /** Default: `https://idp.example.com/saml`; of one that is started, its `/metadata`. */
  readonly entityId?: string;
  /** The time assertions are issued by. Default: the system's. Give an emulator's `clock` to stay in step with it. */
  readonly clock?: TimeSource;
}

/** A SAML identity provider. Its key is generated when it is made, and leaves the process in public form only. */
export interface SamlIdp {
  readonly entityId: string;
  /**
   * The metadata document, for the emulator's SAML providers. Its signing key is a `ds:KeyValue`: IAM asks for a
   * certificate, which Node cannot make.
   */
  readonly metadata: string;
  /**
   * Issues a `SAMLResponse`: base64, as browsers post it and as AssumeRoleWithSAML takes it. Throws `TypeError` when an
   * option is unknown or out of bounds.
   */
  assertion(options: SamlAssertionOptions): string;
}

/** Somebody who can sign in. */
export interface SamlUser {
  readonly username: string;
  readonly password: string;
  /** What the identity provider asserts of the user. The subject's default is the username. */
  readonly assertion: SamlAssertionOptions;
}

export interface StartSamlIdpOptions extends SamlIdpOptions {
  /** The port on 127.0.0.1. Default: 0, any free one. */
  readonly port?: number;
  /** Who can sign in. Default: nobody. */
  readonly users?: readonly SamlUser[];
}

/** A SAML identity provider with a web front, as people sign in to. */
export interface StartedSamlIdp extends SamlIdp {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  /**
   * `GET` gives the form to sign in. `POST` it `username` and `password`, and the answer is the page that browsers send on
   * to AWS: a form with the field `SAMLResponse`; or 401.
   */
  readonly signOnUrl: string;
  /** How many times somebody signed in. */
  readonly signIns: number;
  /** Destroys every connection and frees the port. Calling it again does nothing more. */
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}
