import type { ProgramKind } from './server-kinds.ts';

/** A program that this machine neither has nor can get: the reason, and what a person can do. */
export class NotObtainable extends Error {
  readonly kind: ProgramKind;
  readonly reason: string;
  readonly cure: string;

  constructor({ kind, reason, cure }: { kind: ProgramKind; reason: string; cure: string }) {
    super(`${reason}; ${cure}`);
    this.name = 'NotObtainable';
    this.kind = kind;
    this.reason = reason;
    this.cure = cure;
  }
}
