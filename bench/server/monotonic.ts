/** Milliseconds of the machine's monotonic clock: the same in all processes of a machine, so they can be compared. */
export const machineMs = (): number => Number(process.hrtime.bigint()) / 1e6;
