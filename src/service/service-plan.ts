import type { ServiceFile } from './service-file.ts'

export interface ServiceOptions {
  platform: NodeJS.Platform
  scope: 'system' | 'user'
  /** Node, and bin/run.js; absolute. */
  command: string[]
  env: NodeJS.ProcessEnv
  /** Folder of the user. */
  userHome: string
  logFile: string
  gpu: boolean
  /** The address of the socket that systemd is to open; undefined for none. */
  listen: { host: string; port: number } | undefined
}

/** How llmd becomes a service here. */
export interface ServicePlan {
  files: ServiceFile[]
  /** All that may be there of a service: files, and links that enable them. */
  removable: { files: string[]; links: string[] }
  /** Commands for after the files were written, and after they were removed. */
  next: { installed: string[]; removed: string[] }
}
