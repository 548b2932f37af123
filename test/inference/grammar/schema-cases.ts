import type { JsonSchema } from '../../../src/inference/grammar/json-schema.ts'

/** A schema, values that its grammar must produce, and values that it must not. */
export type SchemaCase = readonly [
  schema: JsonSchema,
  accepted: readonly unknown[],
  refused: readonly unknown[],
]

const closed = (properties: Record<string, JsonSchema>, required: string[] = [], rest = {}): JsonSchema => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
  ...rest,
})
const string = { type: 'string' }
const integer = { type: 'integer' }
const everything = [null, true, false, 0, -1.5, 'x', [], [1, 'a', [null]], {}, { a: { b: [] } }]
const matching = (pattern: string) => ({ type: 'string', pattern })

const types: SchemaCase[] = [
  [true, everything, []],
  [{}, everything, []],
  [{ title: 't', description: 'd', default: 1, examples: [1], $comment: 'c', 'x-order': 3 }, everything, []],
  [{ type: 'null' }, [null], [0, 'null', false]],
  [{ type: 'boolean' }, [true, false], [null, 0, 'true']],
  [
    { type: 'string' },
    ['', 'a', '"', '\\', '\n\t\r\b\f', '\u0000\u001f', 'é☕😀', '/', '\u007f\u2028'],
    [1, null, []],
  ],
  [{ type: 'integer' }, [0, 1, -1, 9007199254740991, -9007199254740991, 100], [1.5, '1', 9007199254740992]],
  [{ type: 'number' }, [0, 1, -1.5, 1e21, 1e-7, 5e-324, 0.1 + 0.2, 1.7e299, 9e307, -2.5e-10], ['1', null]],
  [{ type: 'array' }, [[], [1], [1, 'a', {}], [[[]]]], [{}, 1]],
  [{ type: 'object' }, [{}, { a: 1 }, { a: {}, b: [] }], [[], null]],
  [{ type: ['string', 'null'] }, ['a', null], [1, true]],
  [{ type: ['integer', 'boolean'] }, [1, true], [1.5, 'a', null]],
  [{ type: ['integer', 'number'] }, [1, 1.5], ['a']],
  [{ type: ['object', 'array'] }, [{}, []], [1]],
  [{ type: 'string', nullable: true }, ['a', null], [1]],
  [{ type: 'object', nullable: true, properties: { a: integer } }, [null, { a: 1 }], [{ a: null }]],
  [{ nullable: true }, everything, []],
  [{ minLength: 2 }, ['ab', 1, null, [], {}], ['a', '']],
  [{ minimum: 3 }, [3, 4.5, 'a', null], [2, 2.9]],
  [{ maxItems: 1 }, [[], [1], 'abc', 5], [[1, 2]]],
  [{ required: ['a'] }, [{ a: 1 }, 5, 'x'], [{}, { b: 1 }]],
]

const lists: SchemaCase[] = [
  [{ const: 'a' }, ['a'], ['b', 'ab', '', null]],
  [{ const: 1 }, [1], [2, 11, '1']],
  [{ const: null }, [null], [0, {}]],
  [{ const: -0.5 }, [-0.5], [0.5]],
  [{ const: { a: [1, { b: null }] } }, [{ a: [1, { b: null }] }], [{ a: [1] }, {}]],
  [{ const: [] }, [[]], [[1], null]],
  [{ const: 'q"\\\n\u0001é😀' }, ['q"\\\n\u0001é😀'], ['q']],
  [{ enum: ['red', 'green', 'blue'] }, ['red', 'green', 'blue'], ['re', 'reds', 'RED', null]],
  [{ enum: ['a', 'ab', 'abc', 'b'] }, ['a', 'ab', 'abc', 'b'], ['abcd', 'c', 'bc', '']],
  [{ enum: [1, 11, 111, 2] }, [1, 11, 111, 2], [12, 1111, 21]],
  [
    { enum: [null, true, 'x', 0, [1], { a: 1 }] },
    [null, true, 'x', 0, [1], { a: 1 }],
    [false, 'y', [2], { a: 2 }],
  ],
  [{ type: 'string', enum: ['a', 1, null] }, ['a'], [1, null]],
  [{ type: 'integer', enum: [1, 1.5, 2] }, [1, 2], [1.5]],
  [{ type: ['string', 'null'], enum: ['a', null] }, ['a', null], ['b']],
  [{ type: 'string', nullable: true, enum: ['a', null] }, ['a', null], ['b']],
  [{ enum: ['a', 'bb', 'ccc'], minLength: 2 }, ['bb', 'ccc'], ['a']],
  [{ enum: ['a1', 'b2', 'c'], pattern: '\\d' }, ['a1', 'b2'], ['c']],
  [{ enum: [1, 5, 10], minimum: 2, exclusiveMaximum: 10 }, [5], [1, 10]],
  [{ enum: [0.1, 0.3, 0.25], multipleOf: 0.1 }, [0.1, 0.3], [0.25]],
  [{ enum: ['a', 'a'] }, ['a'], ['b']],
  [{ enum: [1, 2], const: 2 }, [2], [1]],
  [{ enum: [''] }, [''], ['a']],
]

const objects: SchemaCase[] = [
  [closed({}), [{}], [{ a: 1 }]],
  [closed({ a: integer }), [{}, { a: 1 }], [{ a: 'x' }, { b: 1 }, { a: 1, b: 1 }]],
  [closed({ a: integer }, ['a']), [{ a: 1 }], [{}, { a: null }]],
  [
    closed({ a: integer, b: string }, ['a']),
    [{ a: 1 }, { a: 1, b: '' }, { b: 'x', a: 2 }],
    [{}, { b: 'x' }, { a: 1, c: 1 }],
  ],
  [
    closed({ a: integer, b: string, c: {} }, ['a', 'b', 'c']),
    [
      { a: 1, b: '', c: [] },
      { c: 1, b: '', a: 0 },
    ],
    [{ a: 1, b: '' }, { c: 1 }],
  ],
  [
    closed({ a: {}, b: {}, c: {}, d: {}, e: {} }, ['e']),
    [{ e: 1 }, { e: 1, a: 1 }, { d: 1, e: 1, c: 1, a: 1, b: 1 }],
    [{}, { a: 1, b: 1, c: 1, d: 1 }],
  ],
  [
    closed({ a: {}, b: {}, c: {}, d: {}, e: {}, f: {}, g: {} }, ['b', 'f']),
    [
      { b: 1, f: 1 },
      { a: 1, b: 2, f: 1, g: 1 },
      { b: 1, c: 1, d: 1, e: 1, f: 1 },
    ],
    [{}, { b: 1 }, { a: 1, f: 1 }, { a: 1, g: 1 }],
  ],
  [
    closed({ a: {}, b: {}, c: {}, d: {}, e: {}, f: {} }),
    [{}, { a: 1 }, { f: 1 }, { b: 1, e: 1 }, { a: 1, b: 1, c: 1, d: 1, e: 1, f: 1 }],
    [{ g: 1 }, { a: 1, g: 1 }],
  ],
  [{ type: 'object', properties: { a: integer } }, [{}, { a: 1 }, { a: 1, b: 'x' }, { z: 1 }], [{ a: 'x' }]],
  [
    { type: 'object', properties: { ab: integer, abc: integer } },
    [{ a: 'x' }, { abcd: 'x' }, { b: 'x' }, { '': 'x' }, { ab: 1, abc: 2, abx: 'x' }],
    [{ ab: 'x' }, { abc: 'x' }, { z: 1, ab: 'x' }],
  ],
  [{ type: 'object', additionalProperties: true }, [{}, { a: 1 }], [1]],
  [{ type: 'object', additionalProperties: integer }, [{}, { a: 1, b: 2 }, { 'é"\n': 1 }], [{ a: 'x' }]],
  [{ type: 'object', additionalProperties: false }, [{}], [{ a: 1 }]],
  [
    { type: 'object', properties: { a: string }, additionalProperties: integer },
    [{ a: 'x' }, { b: 1 }, { a: 'x', b: 1, c: 2 }],
    [{ a: 1 }, { b: 'x' }],
  ],
  [{ type: 'object', required: ['a'] }, [{ a: 1 }, { a: 'x', b: 1 }], [{}, { b: 1 }]],
  [
    { type: 'object', required: ['a'], additionalProperties: integer },
    [{ a: 1 }, { a: 1, b: 2 }],
    [{}, { a: 'x' }],
  ],
  [
    closed({ 'a b': integer, 'é"\\': string }, ['a b']),
    [{ 'a b': 1 }, { 'a b': 1, 'é"\\': '' }],
    [{ 'a-b': 1 }],
  ],
  [closed({ constructor: integer }), [{ constructor: 1 }], [{ constructor: 'x' }, { toString: 1 }]],
  [
    closed({ a: closed({ b: closed({ c: integer }, ['c']) }, ['b']) }, ['a']),
    [{ a: { b: { c: 1 } } }],
    [{ a: { b: {} } }],
  ],
  [closed({ a: integer }, ['a'], { minProperties: 1 }), [{ a: 1 }], [{}]],
  [closed({ a: integer }, [], { minProperties: 0 }), [{}, { a: 1 }], [{ b: 1 }]],
  [closed({ a: integer, b: integer }, [], { maxProperties: 2 }), [{}, { a: 1, b: 1 }], [{ c: 1 }]],
  [closed({ a: { type: ['integer', 'null'] } }, ['a']), [{ a: 1 }, { a: null }], [{}, { a: 'x' }]],
  [
    closed({ a: { const: 'x' }, b: { enum: [1, 2] } }, ['a', 'b']),
    [{ a: 'x', b: 2 }],
    [
      { a: 'y', b: 1 },
      { a: 'x', b: 3 },
    ],
  ],
]

const arrays: SchemaCase[] = [
  [{ type: 'array', items: integer }, [[], [1], [1, 2, 3]], [['x'], [1, 'x']]],
  [{ type: 'array', items: integer, minItems: 1 }, [[1], [1, 2]], [[]]],
  [
    { type: 'array', items: integer, minItems: 3 },
    [
      [1, 2, 3],
      [1, 2, 3, 4],
    ],
    [[1, 2], []],
  ],
  [{ type: 'array', items: integer, maxItems: 2 }, [[], [1], [1, 2]], [[1, 2, 3]]],
  [{ type: 'array', items: integer, minItems: 2, maxItems: 2 }, [[1, 2]], [[1], [1, 2, 3]]],
  [{ type: 'array', items: integer, minItems: 1, maxItems: 4 }, [[1], [1, 2, 3, 4]], [[], [1, 2, 3, 4, 5]]],
  [{ type: 'array', maxItems: 0 }, [[]], [[1]]],
  [{ type: 'array', items: false }, [[]], [[1]]],
  [{ type: 'array', items: true, minItems: 1 }, [[1], ['x', null]], [[]]],
  [{ type: 'array', prefixItems: [integer, string] }, [[], [1], [1, 'x'], [1, 'x', null]], [['x'], [1, 2]]],
  [{ type: 'array', prefixItems: [integer, string], items: false }, [[], [1], [1, 'x']], [[1, 'x', 2]]],
  [{ type: 'array', prefixItems: [integer, string], items: false, minItems: 2 }, [[1, 'x']], [[1], []]],
  [{ type: 'array', prefixItems: [integer], items: string }, [[], [1], [1, 'x', 'y']], [[1, 2]]],
  [{ type: 'array', prefixItems: [integer, integer], maxItems: 1 }, [[], [1]], [[1, 2]]],
  [
    { type: 'array', prefixItems: [integer], items: string, minItems: 3, maxItems: 3 },
    [[1, 'a', 'b']],
    [
      [1, 'a'],
      [1, 'a', 'b', 'c'],
    ],
  ],
  [
    { type: 'array', items: { type: 'array', items: integer, maxItems: 2 } },
    [[], [[]], [[1, 2], [3]]],
    [[[1, 2, 3]], [1]],
  ],
  [{ type: 'array', items: closed({ a: integer }, ['a']) }, [[], [{ a: 1 }, { a: 2 }]], [[{}]]],
  [{ type: 'array', uniqueItems: false }, [[1, 1]], [1]],
  [{ type: 'array', items: integer, maxItems: 3000 }, [[], Array(300).fill(1)], [['x']]],
]

const strings: SchemaCase[] = [
  [{ type: 'string', minLength: 1 }, ['a', '😀', '\n'], ['']],
  [{ type: 'string', minLength: 3 }, ['abc', 'abcd', '😀😀😀', '"\\\n'], ['ab', '😀😀']],
  [{ type: 'string', maxLength: 3 }, ['', 'abc', '😀😀😀', '"""'], ['abcd', '😀😀😀😀']],
  [{ type: 'string', maxLength: 0 }, [''], ['a']],
  [{ type: 'string', minLength: 2, maxLength: 2 }, ['ab', 'éé'], ['a', 'abc']],
  [{ type: 'string', minLength: 2, maxLength: 4 }, ['ab', 'abcd'], ['a', 'abcde', '']],
  [{ type: 'string', maxLength: 2500 }, ['', 'a'.repeat(2500)], ['a'.repeat(2501)]],
  [matching('^abc$'), ['abc'], ['ab', 'abcd', 'xabc', '']],
  [matching('^abc'), ['abc', 'abcd'], ['xabc', 'ab']],
  [matching('abc$'), ['abc', 'xabc', 'abcabc'], ['abcx', 'ab']],
  [matching('abc'), ['abc', 'xabcy', 'ababc', 'aabc'], ['ab', 'a-b-c', '']],
  [matching(''), ['', 'anything'], [1]],
  [matching('^$'), [''], ['a']],
  [matching('^a*$'), ['', 'a', 'aaaa'], ['b', 'ab']],
  [matching('^a+$'), ['a', 'aaaa'], ['', 'b']],
  [matching('^ab?c$'), ['ac', 'abc'], ['abbc', 'a']],
  [matching('^a{3}$'), ['aaa'], ['aa', 'aaaa']],
  [matching('^a{2,}$'), ['aa', 'aaaaa'], ['a', '']],
  [matching('^a{1,3}b{0,2}$'), ['a', 'aaabb', 'ab'], ['aaaa', 'abbb', 'b']],
  [matching('^(ab){2}$'), ['abab'], ['ab', 'ababab']],
  [matching('^(a|bc|d)$'), ['a', 'bc', 'd'], ['b', 'ab', '']],
  [matching('^a|b$'), ['a', 'ax', 'b', 'xb'], ['xa', 'bx']],
  [matching('^(?:a|b)+$'), ['a', 'abba'], ['', 'abc']],
  [matching('^(?<word>x)y$'), ['xy'], ['x']],
  [matching('^a*?b$'), ['b', 'aab'], ['a']],
  [matching('^[abc]$'), ['a', 'c'], ['d', 'ab']],
  [matching('^[a-c0-2_]+$'), ['a1_', 'c'], ['d', '3']],
  [matching('^[^a-c]$'), ['d', '"', '\n', '😀'], ['a', 'c', '']],
  [matching('^[-a]+$'), ['-a-'], ['b']],
  [matching('^[a\\-z]+$'), ['a-z'], ['b']],
  [matching('^[\\]^]+$'), [']^'], ['a']],
  [matching('^\\d{3}-\\d{4}$'), ['555-1234'], ['555-123', '5551234', '٣٣٣-1234']],
  [matching('^\\D$'), ['a', 'é'], ['5']],
  [matching('^\\w+$'), ['aZ_09'], ['é', 'a b', '']],
  [matching('^\\W$'), ['é', ' '], ['a', '_']],
  [matching('^\\s$'), [' ', '\t', '\n', '\u00a0', '\u2028'], ['a', '']],
  [matching('^\\S+$'), ['a"b'], ['a b', '']],
  [matching('^.$'), ['a', '"', '😀', '\t'], ['\n', '\u2028', '', 'ab']],
  [matching('^a.c$'), ['abc', 'a\\c'], ['ac', 'a\nc']],
  [matching('^"\\\\/$'), ['"\\/'], ['"/']],
  [matching('^\\n\\t\\x41\\u0042\\u{1F600}$'), ['\n\tAB😀'], ['nt']],
  [matching('^\\ud83d\\ude00$'), ['😀'], ['😁']],
  [matching('^[\\u0000-\\u001f]$'), ['\u0000', '\u001f', '\n', '\u000b'], [' ', '']],
  [matching('^[\\b\\f]$'), ['\b', '\f'], ['b']],
  [matching('^[α-ω]+$'), ['αβγ'], ['abc']],
  [matching('^[😀-😂]$'), ['😀', '😁', '😂'], ['😃']],
  [matching('^a.*z$'), ['az', 'abcz', 'azz'], ['a', 'za']],
  [matching('^(a(b(c)?)?)?$'), ['', 'a', 'ab', 'abc'], ['b', 'ac']],
  [matching('^((a|b)*c)+$'), ['c', 'abcbac'], ['ab', '']],
  [matching('^\\$\\.\\*$'), ['$.*'], ['']],
  [matching('^[A-Z]{2}\\d{6}$'), ['AB123456'], ['ab123456', 'AB12345']],
  [matching('^(\\+\\d{1,3} )?\\(?\\d{3}\\)?$'), ['+49 (123)', '123'], ['+4999 123']],
  [
    { type: 'string', pattern: '^[a-z]+$', minLength: 3, maxLength: 5 },
    ['abc', 'abcde'],
    ['ab', 'abcdef', 'AB1'],
  ],
  [{ type: 'string', pattern: 'a', maxLength: 2 }, ['a', 'xa', 'ax', 'aa'], ['xxa', 'xx']],
  [{ type: 'string', format: 'date', pattern: '^2024' }, ['2024-02-29'], ['2023-01-01']],
  [
    { type: 'string', format: 'date' },
    ['2024-02-29', '2000-02-29', '1999-12-31', '2023-04-30'],
    [
      '2023-02-29',
      '1900-02-29',
      '2024-02-30',
      '2024-04-31',
      '2024-13-01',
      '2024-00-01',
      '2024-01-00',
      '24-01-01',
      '',
    ],
  ],
  [
    { type: 'string', format: 'time' },
    ['00:00:00Z', '23:59:59+05:30', '12:30:00.123Z', '12:30:00-00:00'],
    ['24:00:00Z', '12:60:00Z', '12:30:00', '12:30Z', '12:30:60Z', '12:30:00.Z'],
  ],
  [
    { type: 'string', format: 'date-time' },
    ['2024-02-29T12:30:00Z', '2024-01-31T00:00:00.5+01:00'],
    ['2024-02-30T12:30:00Z', '2024-01-01', '2024-01-01 12:30:00Z', '2024-01-01T25:00:00Z'],
  ],
  [
    { type: 'string', format: 'uuid' },
    ['123e4567-e89b-12d3-a456-426614174000', 'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF'],
    [
      '123e4567e89b12d3a456426614174000',
      '123e4567-e89b-12d3-a456-42661417400',
      'g23e4567-e89b-12d3-a456-426614174000',
    ],
  ],
  [
    { type: 'string', format: 'duration' },
    ['P1D', 'P3Y6M4D', 'PT1H30M', 'P1DT12H', 'P2W', 'PT36S'],
    ['P', 'PT', 'P1', '1D', 'P1H', 'P1DT', 'P1W2D', 'PT1S2M'],
  ],
  [
    { type: 'string', format: 'email' },
    ['a@b.co', 'first.last+tag@mail.example.org', 'x_y-z@ex-ample.com'],
    ['a', '@b.co', 'a@b', 'a b@c.de', '.a@b.co', 'a@-b.co', 'a@b..co'],
  ],
  [
    { type: 'string', format: 'hostname' },
    ['localhost', 'example.com', 'a-1.b.c'],
    ['', '.', '-a', 'a-', 'a..b', 'a_b'],
  ],
  [
    { type: 'string', format: 'ipv4' },
    ['0.0.0.0', '127.0.0.1', '255.255.255.255'],
    ['256.0.0.1', '1.2.3', '1.2.3.4.5', '01.2.3.4', ''],
  ],
  [
    { type: 'string', format: 'ipv6' },
    ['::', '::1', 'fe80::', '2001:db8::8a2e:370:7334', '1:2:3:4:5:6:7:8', '1::8', '1:2:3:4:5:6::8'],
    ['', ':', ':1', '1:', '1:2', ':::', '1::2::3', '1:2:3:4:5:6:7', '1:2:3:4:5:6:7:8:9', '12345::'],
  ],
]

const bounded = (keywords: object): JsonSchema => ({ type: 'integer', ...keywords })
const numbers: SchemaCase[] = [
  [bounded({ minimum: 0 }), [0, 1, 9007199254740991], [-1]],
  [bounded({ minimum: 1 }), [1, 10, 99], [0, -5]],
  [bounded({ minimum: 5 }), [5, 9, 10, 123], [4, 0, -5]],
  [bounded({ minimum: 123 }), [123, 124, 130, 200, 1000], [122, 99, 12, 1]],
  [bounded({ minimum: -5 }), [-5, -1, 0, 7], [-6, -10, -55]],
  [bounded({ maximum: 0 }), [0, -1, -1000], [1]],
  [bounded({ maximum: 99 }), [99, 0, 10, -7], [100, 990]],
  [bounded({ maximum: -3 }), [-3, -4, -30], [-2, 0, 3]],
  [bounded({ minimum: 0, maximum: 255 }), [0, 9, 99, 199, 249, 255], [256, 260, 300, 1000, -1]],
  [bounded({ minimum: 1, maximum: 12 }), [1, 9, 10, 12], [0, 13, 20]],
  [bounded({ minimum: 95, maximum: 105 }), [95, 99, 100, 105], [94, 106, 9, 10]],
  [bounded({ minimum: -10, maximum: 10 }), [-10, -9, 0, 9, 10], [-11, 11, 100]],
  [bounded({ minimum: -200, maximum: -150 }), [-200, -199, -150], [-149, -201, 150]],
  [bounded({ minimum: 7, maximum: 7 }), [7], [6, 8, 77]],
  [bounded({ minimum: 0, maximum: 0 }), [0], [1, -1]],
  [bounded({ exclusiveMinimum: 0 }), [1, 2], [0, -1]],
  [bounded({ exclusiveMaximum: 10 }), [9, 0, -10], [10, 11]],
  [bounded({ exclusiveMinimum: 1, exclusiveMaximum: 3 }), [2], [1, 3]],
  [bounded({ minimum: 3, exclusiveMinimum: 3 }), [4], [3]],
  [bounded({ minimum: 1.5, maximum: 3.5 }), [2, 3], [1, 4]],
  [bounded({ minimum: -1.5, maximum: 1.5 }), [-1, 0, 1], [-2, 2]],
  [bounded({ minimum: 1e3, maximum: 1e4 }), [1000, 10000, 5555], [999, 10001]],
  [bounded({ multipleOf: 5 }), [0, 5, 10, -15, 1000000], [1, 12, -3]],
  [bounded({ multipleOf: 7, minimum: 0, maximum: 100 }), [0, 7, 98], [1, 105, -7]],
  [bounded({ multipleOf: 100 }), [0, 100, 12300], [150, 10]],
  [bounded({ multipleOf: 0.5 }), [0, 1, 2], [0.5]],
  [bounded({ multipleOf: 1.5 }), [0, 3, 6, -3], [1, 2, 4]],
  [{ type: 'number', minimum: 0, maximum: 1 }, [0, 1, 0.5, 0.001, 0.999], [1.1, -0.1, 2, 1.0001]],
  [{ type: 'number', exclusiveMinimum: 0, exclusiveMaximum: 1 }, [0.5, 0.0001], [0, 1, 1.5, -0.5]],
  [{ type: 'number', minimum: -1, maximum: 1 }, [-1, -0.5, 0, 1], [-1.5, 1.5, -2]],
  [{ type: 'number', minimum: 1.25 }, [1.25, 1.3, 2, 10, 1.251], [1.24, 1.2, 1, 0, -2]],
  [{ type: 'number', maximum: 1.25 }, [1.25, 1.2, 1, 0, -100.5], [1.26, 1.3, 2]],
  [{ type: 'number', exclusiveMinimum: 1.25 }, [1.251, 1.26, 2], [1.25, 1.2]],
  [{ type: 'number', exclusiveMaximum: 0 }, [-0.1, -5], [0, 0.1]],
  [{ type: 'number', minimum: 0 }, [0, 0.5, 123456.789], [-0.001, -1]],
  [{ type: 'number', minimum: 99.5, maximum: 100.5 }, [99.5, 100, 100.5, 99.75], [99.4, 100.6, 9, 1000]],
  [{ type: 'number', minimum: 1e-7 }, [0.001, 1], [0, -1]],
  [{ type: 'number', minimum: -2.5, maximum: -1.5 }, [-2.5, -2, -1.5], [-1.4, -2.6, 2]],
  [{ type: 'number', multipleOf: 0.01 }, [0, 1, 1.5, 1.25, -3.14], [1.255, 0.001]],
  [{ type: 'number', multipleOf: 0.25, minimum: 0, maximum: 2 }, [0, 0.25, 0.5, 1.75, 2], [0.1, 0.3, 2.25]],
  [{ type: 'number', multipleOf: 2 }, [0, 2, -4], [1, 2.5]],
  [{ type: ['number', 'null'], minimum: 1, maximum: 5 }, [null, 1, 4.5], [0, 6]],
]

const tree = {
  $defs: {
    node: closed({ value: integer, children: { type: 'array', items: { $ref: '#/$defs/node' } } }, ['value']),
  },
  $ref: '#/$defs/node',
}
const expression: JsonSchema = {
  $ref: '#/$defs/expression',
  $defs: {
    expression: {
      anyOf: [
        closed({ kind: { const: 'number' }, value: { type: 'number' } }, ['kind', 'value']),
        closed(
          {
            kind: { const: 'sum' },
            left: { $ref: '#/$defs/expression' },
            right: { $ref: '#/$defs/expression' },
          },
          ['kind', 'left', 'right'],
        ),
      ],
    },
  },
}
const one = { kind: 'number', value: 1 }

const combined: SchemaCase[] = [
  [{ anyOf: [string, integer] }, ['a', 1], [1.5, null]],
  [{ anyOf: [string, string] }, ['a'], [1]],
  [{ anyOf: [{ const: 'a' }, { const: 1 }] }, ['a', 1], ['b', 2]],
  [
    {
      anyOf: [
        { type: 'string', maxLength: 1 },
        { type: 'string', minLength: 3 },
      ],
    },
    ['', 'a', 'abc'],
    ['ab'],
  ],
  [{ type: 'string', anyOf: [{ minLength: 3 }, { pattern: '^x' }] }, ['abc', 'x'], ['a', 5]],
  [{ type: ['string', 'integer'], anyOf: [string, { type: 'boolean' }] }, ['a'], [1, true]],
  [{ anyOf: [{}, string] }, everything, []],
  [
    { anyOf: [closed({ a: integer }, ['a']), closed({ b: string }, ['b'])] },
    [{ a: 1 }, { b: 'x' }],
    [{}, { a: 1, b: 'x' }, { a: 'x' }],
  ],
  [
    { type: 'object', properties: { a: integer }, anyOf: [{ required: ['a'] }, { required: ['b'] }] },
    [{ a: 1 }, { b: 'x' }, { a: 1, b: 2 }],
    [{}, { c: 1 }, { a: 'x' }],
  ],
  [
    {
      anyOf: [
        { type: 'array', items: integer },
        { type: 'array', items: string },
      ],
    },
    [[], [1], ['x']],
    [[1, 'x']],
  ],
  [{ anyOf: [{ anyOf: [{ const: 1 }, { const: 2 }] }, { const: 3 }] }, [1, 2, 3], [4]],
  [{ anyOf: [string, { type: 'null' }] }, ['a', null], [0]],
  [{ oneOf: [string, integer] }, ['a', 1], [null]],
  [{ oneOf: [{ const: 'a' }, { const: 'b' }] }, ['a', 'b'], ['c']],
  [{ oneOf: [{ type: 'null' }, closed({ a: integer })] }, [null, {}, { a: 1 }], [1]],
  [
    {
      oneOf: [
        closed({ type: { const: 'cat' }, lives: integer }, ['type', 'lives']),
        closed({ type: { const: 'dog' }, name: string }, ['type']),
      ],
      discriminator: { propertyName: 'type' },
    },
    [{ type: 'cat', lives: 9 }, { type: 'dog' }, { type: 'dog', name: 'x' }],
    [{ type: 'cat' }, { type: 'dog', lives: 9 }, { type: 'cow' }],
  ],
  [
    { oneOf: [closed({ a: integer }, ['a']), closed({ b: integer }, ['b'])] },
    [{ a: 1 }, { b: 1 }],
    [{}, { a: 1, b: 1 }],
  ],
  [{ allOf: [string] }, ['a'], [1]],
  [{ allOf: [string, { minLength: 2 }, { maxLength: 3 }] }, ['ab', 'abc'], ['a', 'abcd', 1]],
  [{ allOf: [{ minimum: 3 }, { maximum: 5 }], type: 'integer' }, [3, 5], [2, 6]],
  [{ allOf: [{ exclusiveMinimum: 3 }, { minimum: 3 }], type: 'integer' }, [4], [3]],
  [{ allOf: [matching('a'), matching('b')] }, ['ab', 'ba', 'xbxa'], ['a', 'b', '']],
  [{ allOf: [{ enum: ['a', 'b', 'c'] }, { enum: ['b', 'c', 'd'] }] }, ['b', 'c'], ['a', 'd']],
  [{ allOf: [{ type: ['string', 'integer'] }, { type: ['integer', 'null'] }] }, [1], ['a', null]],
  [{ allOf: [{ type: 'number' }, { type: 'integer' }] }, [1], [1.5]],
  [
    {
      allOf: [
        { type: 'object', properties: { a: integer }, required: ['a'] },
        { type: 'object', properties: { b: string }, required: ['b'] },
      ],
    },
    [
      { a: 1, b: 'x' },
      { b: 'x', a: 1 },
      { a: 1, b: 'x', c: null },
    ],
    [{ a: 1 }, { b: 'x' }, { a: 'x', b: 'x' }],
  ],
  [
    { allOf: [closed({ a: integer, b: {} }), { properties: { a: { minimum: 3 }, c: {} } }] },
    [{}, { a: 3 }, { b: 1, a: 4 }],
    [{ a: 2 }, { c: 1 }],
  ],
  [
    { allOf: [{ type: 'array', items: integer }, { minItems: 1 }, { prefixItems: [{ minimum: 5 }] }] },
    [[5], [5, 1]],
    [[], [4], [5, 'x']],
  ],
  [{ allOf: [{ anyOf: [string, integer] }, { anyOf: [integer, { type: 'null' }] }] }, [1], ['a', null]],
  [{ $ref: '#/$defs/a', $defs: { a: string } }, ['a'], [1]],
  [{ $ref: '#/definitions/a', definitions: { a: { $ref: '#/definitions/b' }, b: integer } }, [1], ['a']],
  [{ $ref: '#/$defs/a', minLength: 2, $defs: { a: string } }, ['ab'], ['a', 1]],
  [{ $ref: '#/$defs/a~1b%20c~0', $defs: { 'a/b c~': integer } }, [1], ['a']],
  [{ $ref: '#/$defs/list/items', $defs: { list: { type: 'array', items: integer } } }, [1], [[1]]],
  [
    closed({ a: { $ref: '#/$defs/a' }, b: { $ref: '#/$defs/a' } }, ['a', 'b'], { $defs: { a: integer } }),
    [{ a: 1, b: 2 }],
    [{ a: 1 }],
  ],
  [
    closed({ next: { anyOf: [{ $ref: '#' }, { type: 'null' }] } }, ['next']),
    [{ next: null }, { next: { next: { next: null } } }],
    [{}, { next: {} }, null],
  ],
  [closed({ next: { $ref: '#' } }), [{}, { next: { next: {} } }], [{ next: null }]],
  [
    tree,
    [
      { value: 1 },
      { value: 1, children: [] },
      { children: [{ value: 2, children: [{ value: 3 }] }], value: 1 },
    ],
    [{}, { value: 1, children: [{}] }, { value: 1, children: [1] }],
  ],
  [
    expression,
    [one, { kind: 'sum', left: one, right: { kind: 'sum', left: one, right: one } }],
    [{ kind: 'sum', left: one }, { kind: 'product' }, { kind: 'number', value: one }],
  ],
  [
    closed({ self: { anyOf: [closed({ never: { $ref: '#' } }, ['never']), string] } }, ['self']),
    [{ self: 'x' }],
    [{ self: 1 }],
  ],
]

export const schemaCases: Record<string, SchemaCase[]> = {
  types,
  'enum and const': lists,
  objects,
  arrays,
  strings,
  numbers,
  'combinations and references': combined,
}
