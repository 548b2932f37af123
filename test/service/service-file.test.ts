import { appendFileSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { removeServiceFile, writeServiceFile } from '../../src/service/service-file.ts'
import { temporaryFolder } from '../temporary-folder.ts'

const gentle = { force: false }
const changed = expect.objectContaining({ code: 'file_changed', hint: expect.stringContaining('--force') })

describe.each(['systemd/user/llmd.service', 'LaunchAgents/llmd.plist'])('%s', (name) => {
  const files = () => {
    const path = join(temporaryFolder(), name)
    return { path, first: { path, text: '[Unit]\n' }, second: { path, text: '[Service]\n' } }
  }

  test('is written once, and replaced by a newer one', () => {
    const { path, first, second } = files()
    expect(writeServiceFile(first, gentle)).toBe(true)
    expect(writeServiceFile(first, gentle)).toBe(false)
    expect(writeServiceFile(second, gentle)).toBe(true)
    expect(readFileSync(path, 'utf8')).toMatch(/^\[Service\]\n.* sha256 /)
    expect(readdirSync(dirname(path))).toHaveLength(1)
  })

  test('stays as it is once it was changed by hand, unless that is wanted', () => {
    const { path, first, second } = files()
    writeServiceFile(first, gentle)
    writeFileSync(path, readFileSync(path, 'utf8').replace('[Unit]', '[Unit]\nDescription=mine'))
    const mine = readFileSync(path, 'utf8')
    expect(() => writeServiceFile(second, gentle)).toThrow(changed)
    expect(() => removeServiceFile(path, gentle)).toThrow(changed)
    expect(readFileSync(path, 'utf8')).toBe(mine)
    expect(writeServiceFile(second, { force: true })).toBe(true)
    expect(removeServiceFile(path, gentle)).toBe(true)
  })

  test('counts as changed with something at its end, or without its seal', () => {
    const { path, first, second } = files()
    writeServiceFile(first, gentle)
    appendFileSync(path, '\n[Service]\nNice=5\n')
    expect(() => writeServiceFile(second, gentle)).toThrow(changed)
    writeFileSync(path, first.text)
    expect(() => writeServiceFile(second, gentle)).toThrow(changed)
  })

  test('is removed, if there is one', () => {
    const { path, first } = files()
    expect(removeServiceFile(path, gentle)).toBe(false)
    writeServiceFile(first, gentle)
    expect(removeServiceFile(path, gentle)).toBe(true)
    expect(existsSync(path)).toBe(false)
  })
})

test('where nothing can be written, that is said with what to do', () => {
  const path = join(temporaryFolder(), 'file', 'llmd.service')
  writeFileSync(dirname(path), 'in the way')
  expect(() => writeServiceFile({ path, text: '' }, gentle)).toThrow(
    expect.objectContaining({ code: 'permission_denied', hint: expect.stringContaining('--user') }),
  )
})
