export { openDatabase, type Database, type Tx } from "./client";
export { enqueue, record, type LogEntry } from "./store";
