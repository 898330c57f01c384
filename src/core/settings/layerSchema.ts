/** The layers of a network in `r3dvs.json`, as definitions of a JSON Schema. */
export const LAYER_DEFINITIONS = {
  slope: {
    type: "number",
    minimum: 0,
    maximum: 1,
    default: 0.3,
    description: "LeakyReLU's slope for negative values; 1 = linear.",
  },
  normalization: {
    enum: ["batch"],
    description: "Batch normalisation before the activation.",
  },
  layer: {
    oneOf: [
      {
        type: "object",
        additionalProperties: false,
        required: ["kind", "filters"],
        properties: {
          kind: {
            const: "convolution",
            description: "3 x 3 x 3 convolution.",
          },
          filters: {
            type: "integer",
            minimum: 4,
            maximum: 64,
            multipleOf: 4,
          },
          padding: {
            enum: ["same", "valid"],
            default: "same",
            description: "valid: the field loses a voxel on each side.",
          },
          slope: {
            $ref: "#/definitions/slope",
          },
          normalization: {
            $ref: "#/definitions/normalization",
          },
        },
      },
      {
        type: "object",
        additionalProperties: false,
        required: ["kind"],
        properties: {
          kind: {
            const: "pool",
            description: "2 x 2 x 2 pooling; halves the sides.",
          },
          mode: {
            enum: ["max", "average"],
            description: "As `pooling` says, where left out.",
          },
        },
      },
      {
        type: "object",
        additionalProperties: false,
        required: ["kind", "units"],
        properties: {
          kind: {
            const: "dense",
            description: "A fully connected layer.",
          },
          units: {
            type: "integer",
            minimum: 1,
            maximum: 4096,
          },
          slope: {
            $ref: "#/definitions/slope",
          },
          normalization: {
            $ref: "#/definitions/normalization",
          },
        },
      },
      {
        type: "object",
        additionalProperties: false,
        required: ["kind", "rate"],
        properties: {
          kind: {
            const: "dropout",
            description: "Drops part of the values while learning.",
          },
          rate: {
            type: "number",
            minimum: 0,
            exclusiveMaximum: 1,
          },
        },
      },
    ],
  },
} as const;
