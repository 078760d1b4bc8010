import { limits } from '@tidesync/shared/limits';

/** What a token is to its device: `previous` was replaced by the current one, `older` by one that was replaced too. */
export type TokenStanding = 'current' | 'previous' | 'older';

/**
 * Whether a token may be used. The one before the current is, until the current was used and a little longer: its
 * holder may have missed the answer that replaced it, or have calls under way. Any other use tells that two have it.
 */
export function judgeToken(
  standing: TokenStanding,
  device: { readonly tokenUsedAtMs: number | null },
  nowMs: number,
): 'good' | 'copied' {
  if (standing === 'current') return 'good';
  const { tokenUsedAtMs } = device;
  const isInTime = tokenUsedAtMs === null || nowMs < tokenUsedAtMs + limits.replacedTokenGraceMs;
  return standing === 'previous' && isInTime ? 'good' : 'copied';
}
