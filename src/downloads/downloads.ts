import type { AddDownload, Download } from '../api/downloads.ts'
import type { GivenProfile } from '../api/model-profile.ts'
import type { ModelOptions } from '../api/models.ts'

/** The models that are downloaded. Disposing it stops what runs, so that the next daemon goes on with it. */
export interface Downloads extends AsyncDisposable {
  /** Oldest first. */
  list(): Download[]
  /** @param key Its id, or the name of its model. @throws LlmdError `download_not_found` */
  get(key: string): Download
  /**
   * Finds out what the source has, and begins. What is not finished goes on when it is added again.
   * @throws LlmdError `model_exists`, `download_exists`, `source_not_found`, `disk_full`, and what the source refused
   */
  add(download: AddDownload, signal: AbortSignal): Promise<Download>
  /** Keeps what is there. @throws LlmdError `download_not_found`; `invalid_request` for one that is finished */
  pause(key: string): Promise<Download>
  /** Goes on with one that is paused, or failed. @throws LlmdError `download_not_found` */
  resume(key: string): Promise<Download>
  /**
   * Removes what is there and forgets the download. Of one that is finished, the model stays.
   * @throws LlmdError `download_not_found`
   */
  cancel(key: string): Promise<Download>
  /** Goes on with what another daemon has left. */
  start(): void
}

/** Who has the models. */
export interface ModelSink {
  /** @throws LlmdError `model_exists`; what contradicts itself, or is for no local model */
  checkNew(model: { name: string; options: ModelOptions; profile: GivenProfile }): void
  /** Adds a model whose file was downloaded. @throws LlmdError `model_exists`, `model_file_invalid` */
  addDownloaded(
    model: { name: string; source: string; path: string; options: ModelOptions; profile: GivenProfile },
    signal: AbortSignal,
  ): Promise<unknown>
}
