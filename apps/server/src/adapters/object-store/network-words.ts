/** Codes of Node's network layer, in words for who runs the server. */
const words: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection refused: nothing listens at its address',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'there is no such host name',
  EAI_AGAIN: 'its host name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no network',
  ETIMEDOUT: 'it did not answer in time',
  EPROTO: 'it does not speak TLS',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is signed by nobody this server trusts: name its authority',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is signed by nobody this server trusts: name its authority',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'its certificate is signed by nobody this server trusts: name its authority',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    'its certificate is signed by nobody this server trusts: name its authority',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
};

/** Nothing but a known code is told: messages may repeat addresses with their signatures. */
export function networkWords(error: unknown): string {
  const codes: string[] = [];
  // Node tries every address of a name, and then throws all the errors at once.
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 8; depth++) {
    if ('code' in at && typeof at.code === 'string') codes.push(at.code);
    at = at instanceof AggregateError ? at.errors[0] : at.cause;
  }
  const known = codes.find((code) => code in words);
  return known === undefined ? `no answer (${codes[0] ?? 'unknown'})` : (words[known] ?? known);
}
