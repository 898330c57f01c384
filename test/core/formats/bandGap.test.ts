import { describe, expect, it } from "vitest";
import { BandEdges } from "../../../src/core/formats/bandGap.js";

type Level = readonly [energy: number, occupation: number];

/** Levels by spin and k-point. */
function gapOf(levels: readonly (readonly (readonly Level[])[])[], weights?: readonly number[]) {
  const edges = new BandEdges();
  levels.forEach((points, spin) => {
    points.forEach((point, k) => {
      for (const [energy, occupation] of point) edges.add(spin, k, energy, occupation);
    });
  });
  return edges.result(weights);
}

describe("the gap", () => {
  it("is indirect or direct over all k", () => {
    const indirect = gapOf([
      [
        [
          [0, 1],
          [3, 0],
        ],
        [
          [0.5, 1],
          [2.5, 0],
        ],
        [
          [-1, 1],
          [1.5, 0],
        ],
      ],
    ]);
    expect(indirect).toEqual({ gap: 1, direct: 2, metal: false, highestOccupied: 0.5, lowestEmpty: 1.5 });
  });

  it("takes both spins; a direct one stays in its spin", () => {
    const gap = gapOf([
      [
        [
          [1, 1],
          [4, 0],
        ],
      ],
      [
        [
          [-1, 1],
          [2, 0],
        ],
      ],
    ]);
    expect(gap).toMatchObject({ gap: 1, direct: 3, metal: false });
  });

  it("of a metal is 0, however its mesh lies", () => {
    const crossing = gapOf([
      [
        [
          [0, 1],
          [2, 1],
          [5, 0],
        ],
        [
          [0, 1],
          [3, 0],
          [5, 0],
        ],
      ],
    ]);
    expect(crossing).toMatchObject({ gap: 0, direct: 0, metal: true, highestOccupied: 2, lowestEmpty: 3 });
    expect(
      gapOf([
        [
          [
            [0, 1],
            [2, 0.5],
            [5, 0],
          ],
        ],
      ]),
    ).toMatchObject({ gap: 0, metal: true });
    expect(
      gapOf([
        [
          [
            [0, 1],
            [3, 0],
          ],
          [
            [4, 1],
            [6, 0],
          ],
        ],
      ]),
    ).toMatchObject({ gap: 0, metal: true });
    expect(
      gapOf([
        [
          [
            [0, 1],
            [2, 1],
            [4, 0],
          ],
          [
            [0, 1],
            [1, 1],
            [4, 0],
          ],
        ],
        [
          [
            [0, 1],
            [4, 0],
          ],
          [
            [0, 1],
            [1, 1],
          ],
        ],
      ]),
    ).toMatchObject({ metal: true });
  });

  it("stays where smearing moves electrons across it and keeps their number", () => {
    const smeared = gapOf([
      [
        [
          [0, 1],
          [1, 0.97],
          [1.3, 0.03],
        ],
      ],
    ]);
    expect(smeared?.gap).toBeCloseTo(0.3, 12);
  });

  it("weighs k-points; those of weight 0 have levels all the same", () => {
    const levels = [
      [
        [
          [0, 1],
          [3, 0],
        ] as const,
        [
          [0.5, 1],
          [2, 0],
        ] as const,
      ],
    ];
    expect(gapOf(levels, [1, 0])).toMatchObject({ gap: 1.5, metal: false });
    expect(
      gapOf(
        [
          [
            [
              [0, 1],
              [3, 0],
            ],
            [
              [0.5, 0.9],
              [2, 0],
            ],
          ],
        ],
        [1, 0],
      ),
    ).toMatchObject({ metal: false });
    expect(
      gapOf(
        [
          [
            [
              [0, 1],
              [3, 0],
            ],
            [
              [0.5, 0.9],
              [2, 0],
            ],
          ],
        ],
        [0, 1],
      ),
    ).toMatchObject({ metal: true });
  });

  it("is not known without an empty or an occupied level", () => {
    expect(gapOf([[[[0, 1]]]])).toBeUndefined();
    expect(gapOf([[[[0, 0]]]])).toBeUndefined();
    expect(gapOf([])).toBeUndefined();
  });
});
