export { readRecords, recordOutcome, type MachineStanding } from "./record-outcome";
export { reputationScore } from "./score";
