// 简体中文：guard.js 自身的提示。

import type { alerts as en } from "./alerts-en";

export const alerts: typeof en = {
  unreachable: "无法连接安全检查服务，您尚未登录。已填写的内容仍然保留，请重试。",
  failed: "安全检查未能完成，您尚未登录。已填写的内容仍然保留，请重试。",
  "origin-insecure": "此页面未加密，无法登录。请使用以 https 开头的网址打开。",
  work: "正在检查此浏览器：{percent}%。",
  "work-page": "正在检查此浏览器：{percent}%。此浏览器只能在页面内处理，页面反应可能变慢。",
  "work-software": "正在检查此浏览器：{percent}%。此浏览器不支持快速处理，所需时间会比平时长。",
  "file-refused": "验证未能加载，您尚未登录。如有脚本被拦截，请允许本页面运行脚本，然后重新加载。",
};
