import { limits } from '@tidesync/shared/limits';
import { fail } from '@tidesync/shared/problems';

/** Length alone, in characters as people count them. Errors: `weakPassword`. */
export function requireGoodPassword(password: string): void {
  if ([...password].length < limits.passwordLengthMin) {
    fail({ reason: 'weakPassword', lengthMin: limits.passwordLengthMin });
  }
}
