/** What the codes of Node's network layer mean to a person who wants to know why a server is out of reach. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens at this address',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  UND_ERR_SOCKET: 'the connection was cut',
  ENOTFOUND: 'there is no such host name',
  EAI_AGAIN: 'the host name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to this host',
  EHOSTDOWN: 'the host is down',
  ENETUNREACH: 'there is no network',
  ENETDOWN: 'there is no network',
  EADDRNOTAVAIL: 'this address cannot be reached from here',
  ETIMEDOUT: 'it did not answer in time',
  UND_ERR_CONNECT_TIMEOUT: 'it did not answer in time',
  UND_ERR_HEADERS_TIMEOUT: 'it did not answer in time',
  UND_ERR_BODY_TIMEOUT: 'it stopped answering',
  TimeoutError: 'it did not answer in time',
  EPROTO: 'it does not speak TLS here: try http:// or another port',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS here: try http:// or another port',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS here: try http:// or another port',
  CERT_HAS_EXPIRED: 'its TLS certificate has expired',
  CERT_NOT_YET_VALID: "its TLS certificate is not valid yet: check this computer's clock",
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its TLS certificate is signed by nobody this computer trusts',
  SELF_SIGNED_CERT_IN_CHAIN: 'its TLS certificate is signed by nobody this computer trusts',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its TLS certificate is signed by nobody this computer trusts',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its TLS certificate is signed by nobody this computer trusts',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its TLS certificate is for another name',
};

const DETAIL_CHARS_MAX = 300;

/** Plain words for an error of the network; the innermost code that is known says most. */
export function networkWords(error: unknown): string {
  let found: string | undefined;
  let message = 'no answer';
  // An error's causes are few; a ring of them would be a bug of someone else's, and must not hang us.
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; at = innerOf(at), depth++) {
    const code = (at as NodeJS.ErrnoException).code;
    found = (typeof code === 'string' ? words[code] : undefined) ?? words[at.name] ?? found;
    if (at.message !== '') message = at.message;
  }
  return (found ?? message).slice(0, DETAIL_CHARS_MAX);
}

function innerOf(error: Error): unknown {
  // Node tries every address of a name, and then throws all the errors at once.
  return error instanceof AggregateError ? error.errors[0] : error.cause;
}
