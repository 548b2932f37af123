/** The fields of a body that its schema does not know. */
export function unknownFields(body: object, shape: object): string[] {
  return Object.keys(body).filter((name) => !Object.hasOwn(shape, name))
}
