import { contextBridge, ipcRenderer } from 'electron';
import type { EngineHealth, GoTo, ShellBridge } from '../shell/bridge.ts';
import { CHANNELS, EVENTS } from '../shell/bridge.ts';

function heard<T>(event: string, listener: (value: T) => void): () => void {
  // The event itself would hand the page a way to send whatever it likes.
  const pass = (_event: unknown, value: T) => listener(value);
  ipcRenderer.on(event, pass);
  return () => void ipcRenderer.removeListener(event, pass);
}

const bridge: ShellBridge = {
  facts: () => ipcRenderer.invoke(CHANNELS.facts),
  chooseFolder: (title) => ipcRenderer.invoke(CHANNELS.chooseFolder, title),
  openPath: (path) => ipcRenderer.invoke(CHANNELS.openPath, path),
  revealPath: (path) => ipcRenderer.invoke(CHANNELS.revealPath, path),
  openExternal: (url) => ipcRenderer.invoke(CHANNELS.openExternal, url),
  copyText: (text) => ipcRenderer.invoke(CHANNELS.copyText, text),
  minimizeWindow: () => ipcRenderer.invoke(CHANNELS.minimizeWindow),
  toggleMaximizeWindow: () => ipcRenderer.invoke(CHANNELS.toggleMaximizeWindow),
  closeWindow: () => ipcRenderer.invoke(CHANNELS.closeWindow),
  engineHealth: () => ipcRenderer.invoke(CHANNELS.engineHealth),
  onEngineHealth: (listener) => heard<EngineHealth>(EVENTS.engineHealth, listener),
  startEngine: () => ipcRenderer.invoke(CHANNELS.startEngine),
  settings: () => ipcRenderer.invoke(CHANNELS.settings),
  changeSettings: (change) => ipcRenderer.invoke(CHANNELS.changeSettings, change),
  onGoTo(listener) {
    const stop = heard<GoTo>(EVENTS.goTo, listener);
    void ipcRenderer.invoke(CHANNELS.takeGoTo).then((waiting: GoTo | null) => {
      if (waiting !== null) listener(waiting);
    });
    return stop;
  },
};

contextBridge.exposeInMainWorld('tidesync', bridge);
