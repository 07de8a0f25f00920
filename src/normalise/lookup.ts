/**
 * A table asked with words that anybody may write: it knows nothing but its own rows, where an object would answer to
 * `constructor` and `toString` with what all objects have.
 */
export function table<T>(rows: Readonly<Record<string, T>>): Readonly<Record<string, T>> {
  return Object.freeze(Object.assign(Object.create(null) as Record<string, T>, rows));
}
