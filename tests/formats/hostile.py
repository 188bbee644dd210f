"""Texts that a careless format would break, or that would break a careless reader."""

HOSTILE = [
    'she said "no", twice; then \\"left\\"',
    "one, two; three: four",
    "first\r\nsecond\nthird",
    "]]></script><!-- --> ]]>",
    "<img src=x onerror=\"document.title='broken in'\">",
    "<script>document.title='broken in'</script>",
    "&lt;img src=x onerror=document.title='broken'&gt; &amp; &#60;b&#62;",
    "javascript:alert(1) http://evil.example/?a=b&c=d someone@evil.example",
    "=cmd|' /C calc'!A0",
    "💥 é e\u0301 \U0001f1fa\U0001f1e6",
    "\u202eright to left\u202c שלום",
    "line\u2028separator\u2029end",
    "@id @context _:blank parley:x {@value}",
    "back\\slash \\u0000 \\n $& `x` ${x}",
]
