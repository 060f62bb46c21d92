/** A number that is not finite appeared in a block. */
export class NotFinite extends Error {
  override readonly name = 'NotFinite';
  readonly block: string;
  constructor(block: string) {
    super(`a number that is not finite appeared in ${block}`);
    this.block = block;
  }
}
