import type { Clock } from "@/kernel";

/** A clock that a test moves. */
export class MovableClock implements Clock {
  offsetMs = 0;
  now = (): Date => new Date(Date.now() + this.offsetMs);
}
