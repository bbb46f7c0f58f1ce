// Keys of forms: sent twice with the same key, what a form holds is published once.

/** A random UUID. `crypto.randomUUID` would ask for a secure context. */
export function freshKey() {
  const random = (most) => crypto.getRandomValues(new Uint8Array(1))[0] & most
  const digit = (n) => (n ^ random(15 >> (n / 4))).toString(16)
  return "10000000-1000-4000-8000-100000000000".replace(/[018]/g, digit)
}
