/** Where time comes from; a test or a simulation brings its own. Leases use the database's clock instead. */
export interface Clock {
  now(): Date;
}

/** The machine's clock. */
export const systemClock: Clock = { now: () => new Date() };
