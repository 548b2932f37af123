/** Whether a key that somebody shows is a JWT: three parts in base64url. Nothing is said of its worth. */
export function isSignedToken(key: string): boolean {
  return /^[\w-]+\.[\w-]+\.[\w-]+$/.test(key)
}

/** Who is said to have made a JWT, which nobody has verified yet. */
export function claimedIssuer(jwt: string): string | undefined {
  try {
    const claims: unknown = JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString())
    const issuer: unknown = Reflect.get(Object(claims), 'iss')
    return typeof issuer === 'string' ? issuer : undefined
  } catch {
    return undefined
  }
}
