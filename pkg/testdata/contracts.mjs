// Holds the published schemas to tools that consumers use, and makes the AsyncAPI
// document of both. stdout: JSON with what is wrong, the document, and the Go code that
// quicktype generates for outcomes. The argument is the directory of the documents.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import addFormats from 'ajv-formats'
import Draft7 from 'ajv'
import Ajv from 'ajv/dist/2020.js'
import { Parser } from '@asyncapi/parser'
import { FetchingJSONSchemaStore, InputData, JSONSchemaInput, quicktype } from 'quicktype-core'

const docs = process.argv[2]
const read = (...path) => readFileSync(join(docs, ...path), 'utf8')
const examplesOf = (directory) => readdirSync(join(docs, 'examples', directory)).map((file) => ({
  name: file.replace('.json', ''), payload: JSON.parse(read('examples', directory, file)),
}))
const contracts = [
  { schema: 'organization-created', examples: examplesOf('messages') },
  { schema: 'outcome', examples: examplesOf('outcomes') },
]
const problems = []
const validators = {}

// ajv's strict mode refuses what a schema's author most likely didn't mean.
for (const { schema, examples } of contracts) {
  const ajv = new Ajv({ strict: true })
  addFormats(ajv)
  try {
    const validate = validators[schema] = ajv.compile(JSON.parse(read(`${schema}.schema.json`)))
    for (const { name, payload } of examples) {
      if (!validate(payload)) problems.push(`ajv: ${schema}: ${name}: ${ajv.errorsText(validate.errors)}`)
    }
  } catch (error) {
    problems.push(`ajv: ${schema}: ${error.message}`)
  }
}

async function generate(schema, lang) {
  const source = new JSONSchemaInput(new FetchingJSONSchemaStore())
  await source.addSource({ name: schema, schema: read(`${schema}.schema.json`) })
  const inputData = new InputData()
  inputData.addInput(source)
  return (await quicktype({ inputData, lang })).lines.join('\n')
}
const generated = {}
for (const { schema } of contracts) {
  for (const lang of ['go', 'typescript', 'python', 'java', 'csharp']) {
    try {
      generated[`${schema}.${lang}`] = await generate(schema, lang)
    } catch (error) {
      problems.push(`quicktype: ${schema}: ${lang}: ${error.message}`)
    }
  }
}

// In AsyncAPI all schemas share one place, and keywords beside a $ref don't count, as in draft 7 of JSON Schema.
function moved(value, top) {
  if (Array.isArray(value)) return value.map((v) => moved(v, top))
  if (value === null || typeof value !== 'object') return value
  const { $ref, description, ...rest } = value
  const others = Object.fromEntries(Object.entries(rest).map(([key, v]) => [key, moved(v, top)]))
  const words = description === undefined ? {} : { description }
  if (typeof $ref !== 'string') return { ...words, ...others }
  const to = { $ref: `#/components/schemas/${$ref === '#' ? top : `${top}.${$ref.replace('#/$defs/', '')}`}` }
  if (Object.keys(words).length + Object.keys(others).length === 0) return to
  return { ...words, ...others, allOf: [to] }
}

function componentsOf(schema) {
  const { $schema, $id, $defs, ...root } = JSON.parse(read(`${schema}.schema.json`))
  const all = { [schema]: moved(root, schema) }
  for (const [name, definition] of Object.entries($defs)) all[`${schema}.${name}`] = moved(definition, schema)
  return all
}

// A channel's address differs from stage to stage: it's an SSM parameter of the stage.
const channel = (title, parameter, message) => ({
  title, address: null, description: `Its address is the SSM parameter /orgbucket/<stage>/${parameter}.`,
  messages: { [message]: { $ref: `#/components/messages/${message}` } },
})
const ref = (...path) => ({ $ref: `#/${path.join('/')}` })
const operation = (action, name, message, summary) => ({
  action, summary, channel: ref('channels', name), messages: [ref('channels', name, 'messages', message)],
})
const text = { type: 'string' }
const document = {
  asyncapi: '3.1.0',
  info: {
    title: 'orgbucket', version: '1.0.0',
    description: 'Gives each organization its own S3 bucket. contracts.md beside this file says in words what schemas can\'t. Written by `go test ./pkg -run Contracts -update`.',
  },
  defaultContentType: 'application/json',
  channels: {
    queue: channel('The queue (SQS)', 'queue-url', 'organizationCreated'),
    outcomes: channel('The outcome topic (SNS)', 'outcome-topic-arn', 'outcome'),
  },
  operations: {
    provision: operation('receive', 'queue', 'organizationCreated', 'Makes the organization\'s bucket, or puts it right.'),
    tell: operation('send', 'outcomes', 'outcome', 'Tells that the bucket is ready, or that an operator has the message.'),
  },
  components: {
    messages: {
      organizationCreated: {
        title: 'An organization was created', payload: ref('components', 'schemas', 'organization-created'), examples: contracts[0].examples,
      },
      outcome: {
        title: 'What became of it', payload: ref('components', 'schemas', 'outcome'),
        headers: {
          type: 'object', description: 'The message attributes, which repeat values of the payload.', required: ['type', 'status'],
          properties: { type: text, status: text, orgId: text, correlationId: text },
        },
        correlationId: { location: '$message.payload#/source/correlationId' },
        examples: contracts[1].examples.filter(({ name }) => ['created', 'unchanged', 'failed-ClientUserNotFound', 'failed-MalformedMessage'].includes(name)),
      },
    },
    schemas: { ...componentsOf('organization-created'), ...componentsOf('outcome') },
  },
}
for (const d of await new Parser().validate(JSON.stringify(document))) {
  problems.push(`asyncapi: ${d.path.join('.')}: ${d.message} (${d.code})`)
}

// The validator looks at neither examples nor what the moved schemas mean: they judge as the published ones
// do, each example as it is, and with each of its fields left out, mistyped, or taken from another example.
for (const { schema, examples } of contracts) {
  const draft7 = new Draft7({ strict: false })
  addFormats(draft7)
  const validate = draft7.compile({ $ref: `#/components/schemas/${schema}`, components: document.components })
  const judge = (what, payload) => {
    if (validate(payload) !== validators[schema](payload)) problems.push(`asyncapi: ${schema} judges ${what} differently`)
  }
  for (const { name, payload } of examples) {
    judge(name, payload)
    for (const other of examples) {
      for (const key of Object.keys(other.payload)) {
        judge(`${name} with ${key} of ${other.name}`, { ...payload, [key]: other.payload[key] })
      }
    }
    for (const key of Object.keys(payload)) {
      judge(`${name} without ${key}`, { ...payload, [key]: undefined })
      judge(`${name} with a number as ${key}`, { ...payload, [key]: 7 })
    }
  }
}

process.stdout.write(JSON.stringify({ problems, document: JSON.stringify(document, null, 2) + '\n', generated }))
