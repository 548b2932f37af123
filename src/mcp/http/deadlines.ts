/** In milliseconds. */
export interface HttpDeadlines {
  connect: number
  /** From sending to the head of the answer. */
  firstByte: number
  /** Between two reads of an answer to a message; a stream that was asked for by GET may be silent for good. */
  idle: number
}
