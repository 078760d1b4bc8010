import type { AuditAction, AuditLine } from '@tidesync/shared/wire/quotas';

export type NewAuditLine = AuditLine & { readonly action: AuditAction };
/** Where a page ended. */
export interface AuditPlace {
  readonly atMs: number;
  readonly auditId: string;
}

export interface AuditReads {
  /** The newest first, from `before` (null: from the end) back to `sinceMs`. */
  page(from: {
    readonly before: AuditPlace | null;
    readonly sinceMs: number;
    readonly limit: number;
  }): Promise<AuditLine[]>;
  /** When this was last done, not before `sinceMs`; null: not since then. */
  latest(action: AuditAction, sinceMs: number): Promise<number | null>;
}

export interface AuditWrites extends AuditReads {
  /** Written with the act itself, in one transaction: no act without its line, no line without its act. */
  append(line: NewAuditLine): Promise<void>;
}
