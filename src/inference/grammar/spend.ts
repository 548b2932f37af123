/** Counts work, in units of about a microsecond. @throws UnsupportedSchema when a schema has cost too much */
export type Spend = (work: number) => void
