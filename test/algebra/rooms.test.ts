import { describe, expect, it } from 'vitest';
import { roomsOf } from '../../src/algebra/rooms.ts';
import { referenceEngine } from '../../src/engine/reference/referenceEngine.ts';

describe('the rooms of an engine', () => {
  it('come back to any pass that asks for as many numbers of the same precision', () => {
    const engine = referenceEngine();
    const room = roomsOf(engine).take('float32', 6);
    expect(room).toHaveLength(6);
    roomsOf(engine).give(room);
    expect(roomsOf(engine).take('float32', 5)).toHaveLength(5);
    expect(roomsOf(engine).take('float64', 6)).toBeInstanceOf(Float64Array);
    expect(roomsOf(engine).take('float32', 6)).toBe(room);
  });

  it('are never lent twice', () => {
    const rooms = roomsOf(referenceEngine());
    rooms.give(rooms.take('float64', 3));
    expect(rooms.take('float64', 3)).not.toBe(rooms.take('float64', 3));
  });

  it('are forgotten on request, and those of other engines are not', () => {
    const [one, other] = [roomsOf(referenceEngine()), roomsOf(referenceEngine())];
    const [a, b] = [one.take('float32', 2), other.take('float32', 2)];
    one.give(a);
    other.give(b);
    one.clear();
    expect(one.take('float32', 2)).not.toBe(a);
    expect(other.take('float32', 2)).toBe(b);
  });
});
