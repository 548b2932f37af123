import { quoteWord } from './quote-word.ts'

export interface SystemdUnitOptions {
  /** Node, and bin/run.js; absolute. */
  command: string[]
  /** The user's own service manager, which can isolate less and keeps the folders of the command line. */
  scope: 'system' | 'user'
  /** `LLMD_HOME`, where everything is to be below one folder. */
  home: string | undefined
  gpu: boolean
  /** Groups that may use the devices of GPUs here. */
  deviceGroups: string[]
  socketActivation: boolean
  /** The file of the credential `llmd-master-key`. */
  masterKey: { path: string; encrypted: boolean } | undefined
}

type Section = [name: string, lines: string[]]

/** The unit that runs llmd as a service of systemd. */
export function systemdUnit(options: SystemdUnitOptions): string {
  const { scope, socketActivation } = options
  const sections: Section[] = [
    [
      'Unit',
      [
        'Description=llmd, an LLM daemon',
        ...(scope === 'system' ? ['Wants=network-online.target', 'After=network-online.target'] : []),
        ...(socketActivation ? ['Requires=llmd.socket', 'After=llmd.socket'] : []),
      ],
    ],
    ['Service', [...running(options), ...(scope === 'system' ? systemScope(options) : []), ...confinement]],
    ['Install', [`WantedBy=${scope === 'system' ? 'multi-user.target' : 'default.target'}`]],
  ]
  return formatUnit(sections)
}

export function formatUnit(sections: Section[]): string {
  return `${sections.map(([name, lines]) => [`[${name}]`, ...lines].join('\n')).join('\n\n')}\n`
}

function running({ command, home }: SystemdUnitOptions): string[] {
  const words = [...command, 'serve', '--no-first-token'].map((word) => quoteWord(word, { isCommand: true }))
  return [
    'Type=notify',
    // systemd-notify sends the messages, which is another process.
    'NotifyAccess=all',
    `ExecStart=${words.join(' ')}`,
    ...(home === undefined ? [] : [`Environment=${quoteWord(`LLMD_HOME=${home}`, { isCommand: false })}`]),
    'ExecReload=/bin/kill -HUP $MAINPID',
    'WatchdogSec=60',
    'Restart=on-failure',
    'RestartSec=2',
    // The daemon asks for more where server.drainSeconds needs it.
    'TimeoutStopSec=60',
    // The engines end with the daemon, once their requests have.
    'KillMode=mixed',
    // An engine that has used up the memory is no reason to end the daemon.
    'OOMPolicy=continue',
    'LimitNOFILE=65536',
    // Keys and prompts are in its memory.
    'LimitCORE=0',
    'UMask=0077',
  ]
}

function systemScope({ gpu, deviceGroups, masterKey }: SystemdUnitOptions): string[] {
  const credential = masterKey?.encrypted ? 'LoadCredentialEncrypted' : 'LoadCredential'
  return [
    'DynamicUser=yes',
    ...['Configuration', 'State', 'Cache', 'Runtime', 'Logs'].map((kind) => `${kind}Directory=llmd`),
    ...['State', 'Cache', 'Runtime', 'Logs'].map((kind) => `${kind}DirectoryMode=0700`),
    ...(masterKey ? [`${credential}=llmd-master-key:${masterKey.path}`] : []),
    'ProtectSystem=strict',
    'ProtectHome=yes',
    'PrivateTmp=yes',
    'PrivateMounts=yes',
    ...(gpu ? gpuDevices(deviceGroups) : ['PrivateDevices=yes', 'DevicePolicy=closed', 'PrivateUsers=yes']),
    'ProtectClock=yes',
    'ProtectControlGroups=yes',
    'ProtectHostname=yes',
    'ProtectKernelLogs=yes',
    'ProtectKernelModules=yes',
    'ProtectKernelTunables=yes',
    'ProtectProc=invisible',
    'RemoveIPC=yes',
    'CapabilityBoundingSet=',
    'AmbientCapabilities=',
  ]
}

function gpuDevices(groups: string[]): string[] {
  return [
    'DevicePolicy=closed',
    ...['char-nvidia*', 'char-drm', 'char-kfd'].map((device) => `DeviceAllow=${device} rw`),
    ...(groups.length > 0 ? [`SupplementaryGroups=${groups.join(' ')}`] : []),
  ]
}

/** What a user's service manager can do too. No MemoryDenyWriteExecute: V8 writes code. */
const confinement = [
  'NoNewPrivileges=yes',
  'LockPersonality=yes',
  'RestrictAddressFamilies=AF_INET AF_INET6 AF_UNIX',
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'SystemCallArchitectures=native',
  'SystemCallFilter=@system-service',
  'SystemCallFilter=~@privileged',
  'SystemCallErrorNumber=EPERM',
]
