/** Whether one of these messages is of the system, or of the developer, as it is called of late. */
export function holdsInstructions(messages: unknown[]): boolean {
  return messages.some(
    (message) =>
      typeof message === 'object' &&
      message !== null &&
      'role' in message &&
      (message.role === 'system' || message.role === 'developer'),
  )
}
