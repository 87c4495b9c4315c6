// What TensorFlow.js answers by the networks of @upscalerjs/esrgan-thick: esrgan_thick.json.
//
//   npm install @tensorflow/tfjs@4.11.0 @upscalerjs/esrgan-thick@1.0.0    (in an empty folder)
//   node .../esrgan_thick.mjs > .../esrgan_thick.json                     (there, a minute)

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'

const [height, width, count] = [12, 9, 16]
const require = createRequire(join(process.cwd(), 'here'))
const tf = require('@tensorflow/tfjs')
const models = join(process.cwd(), 'node_modules', '@upscalerjs', 'esrgan-thick', 'models')

// `picture` of test_packages.py.
const levels = []
for (let y = 0; y < height; y++)
  for (let x = 0; x < width; x++)
    levels.push((17 * x + 31 * y) % 256, (7 * x * x + 3 * y) % 256, (11 * x * y + 40) % 256)
const picture = tf.div(tf.tensor(levels, [1, height, width, 3]), 255)

// Of all channels, rows and columns some.
const place = (i, length) => Math.floor((i * length) / count) + (i % 5)

const answers = {}
for (const scale of [2, 3, 4, 8]) {
  const definition = require(`@upscalerjs/esrgan-thick/${scale}x`)
  ;(definition.default ?? definition).setup(tf) // registers the author's own layers
  const folder = join(models, `x${scale}`)
  const { modelTopology, weightsManifest } = JSON.parse(readFileSync(join(folder, 'model.json')))
  const [group] = weightsManifest
  const shards = Buffer.concat(group.paths.map((path) => readFileSync(join(folder, path))))
  const weightData = new Uint8Array(shards).buffer
  const network = await tf.loadLayersModel(
    tf.io.fromMemory({ modelTopology, weightSpecs: group.weights, weightData }),
  )
  const answer = network.predict(picture)
  const values = await answer.data()
  answers[scale] = {
    shape: answer.shape,
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
    square: values.reduce((sum, value) => sum + value * value, 0) / values.length,
    values: Array.from({ length: count }, (_, i) => values[place(i, values.length)]),
  }
}
console.log(JSON.stringify(answers).replaceAll('},', '},\n'))
