import { z } from 'zod';

/** Output of a procedure that answers with its success alone. */
export const nothing = z.void();
