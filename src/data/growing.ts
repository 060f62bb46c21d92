export interface GrowingFloats {
  push(value: number): void;
  finish(): Float32Array;
}

/** Float32 numbers of which nobody knows beforehand how many will come. */
export function growingFloats(): GrowingFloats {
  let data = new Float32Array(1024);
  let length = 0;
  return {
    push(value) {
      if (length === data.length) {
        const larger = new Float32Array(2 * length);
        larger.set(data);
        data = larger;
      }
      data[length++] = value;
    },
    finish: () => data.slice(0, length),
  };
}
