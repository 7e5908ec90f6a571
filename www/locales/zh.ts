// 简体中文。每句话都说明发生了什么以及下一步怎么做。

import type * as en from "./en";

export const alerts: typeof en.alerts = {
  unreachable: "无法连接安全检查服务，您尚未登录。已填写的内容仍然保留，请重试。",
  failed: "安全检查未能完成，您尚未登录。已填写的内容仍然保留，请重试。",
};

export const texts: typeof en.texts = {
  title: "确认此浏览器",
  lead: "密码正确，但我们尚不认识此浏览器（{browser}）。为确认是您本人操作，我们将向 {destination} 发送一个 8 位数字验证码。",
  leadWithoutMail: "密码正确，但此浏览器（{browser}）无法在此确认。",
  browserOn: "{platform} 上的 {browser}",
  thisBrowser: "类型未知",
  send: "发送验证码",
  preparing: "正在准备发送，请稍候。",
  sent: "验证码已发送至 {destination}，{time} 前有效。",
  label: "邮件中的验证码",
  hint: "8 位数字。如果一分钟内没有收到，请查看垃圾邮件文件夹。",
  warning: "请勿将验证码告诉任何人。我们的工作人员绝不会向您索要验证码。",
  submit: "确认",
  checking: "正在核对验证码。",
  resend: "重新发送验证码",
  resendIn: "{seconds} 秒后可重新发送",
  done: "已确认，正在登录。",
  cancel: "取消",
  close: "关闭",
  restart: "重新登录",
  reference: "客服查询编号",
  ended: "未能确认",
  triesLeft: "还可以尝试 {count} 次。",
  tryLeft: "还可以尝试 1 次。",
  waitMinutes: "请在 {count} 分钟后再试。",
};

export const problems: typeof en.problems = {
  "answer-invalid": "无法识别服务器的答复，请重试。",
  "attempt-ended": "此次登录已经确认过或已经结束，请重新登录。",
  "attempt-expired": "此次登录已超过 10 分钟，请重新登录。",
  "attempt-unknown": "此浏览器中没有这次登录，请重新登录。",
  "challenge-invalid": "页面缺少确认浏览器所需的信息，请重新登录。",
  "code-expired": "验证码已过期，请重新获取。",
  "code-incomplete": "验证码为 8 位数字。",
  "code-replaced": "已发送新的验证码，请使用最新一封邮件中的验证码。本次不计入尝试次数。",
  "code-unsent": "请先获取验证码。",
  "code-wrong": "验证码不正确。",
  "delivery-unavailable": "邮件暂时无法发送，请稍后重试。",
  internal: "我们的系统出现问题，请重试。",
  "method-unavailable": "此次登录无法通过该方式确认，请联系客服。",
  "nonce-expired": "页面打开时间过长，请重新登录。",
  "nonce-spent": "此次登录已被使用，请重新登录。",
  "origin-refused": "此页面无权确认登录，请通过平时使用的网址打开登录页面。",
  "proof-refused": "此浏览器未能出示其密钥，请重新登录。",
  "sends-exhausted": "验证码发送次数已达上限。",
  "store-unavailable": "服务繁忙，请稍后重试。",
  "tries-exhausted": "验证码错误次数过多，请重新登录。",
  unreachable: "无法连接安全检查服务，请检查网络后重试。",
  "verdict-expired": "确认结果已过期，请重新登录。",
  "verdict-spent": "确认结果已被使用，请重新登录。",
  "work-refused": "发送前的准备未通过，请重试。",
  "work-unsolvable": "发送前的准备未能完成，请重新登录。",
};
