/**
 * The three functions of `reflect-metadata` that @peculiar/x509 calls, by way of tsyringe, while it is imported:
 * import this file first. x509 registers its classes by hand and records no metadata, so that a plain map is enough.
 */
const recorded = new WeakMap<object, Map<unknown, unknown>>();

const functions = {
  defineMetadata(key: unknown, value: unknown, target: object): void {
    const entries = recorded.get(target) ?? new Map<unknown, unknown>();
    recorded.set(target, entries.set(key, value));
  },
  getOwnMetadata(key: unknown, target: object): unknown {
    return recorded.get(target)?.get(key);
  },
  getMetadata(key: unknown, target: object | null): unknown {
    for (let owner = target; owner !== null; owner = Reflect.getPrototypeOf(owner)) {
      const value = functions.getOwnMetadata(key, owner);
      if (value !== undefined) return value;
    }
    return undefined;
  },
};

if (!('getMetadata' in Reflect)) Object.assign(Reflect, functions);
