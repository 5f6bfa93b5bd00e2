"""Containers, globals, builtins, functions and cells change in the middle of a loop that relies on them."""

from programs import hostile

PROGRAMS, add = hostile()

add(
    "del local through frame",
    """
import sys
def f(n):
    x=5; t=0
    for i in range(n):
        if i==3:
            del x
        try: t+=x
        except UnboundLocalError as e: t+=1000; x=7
    return t
""",
    "f(3)",
    "f(6)",
)
add(
    "dict mutation",
    """
def f(n):
    d={i:i for i in range(n)}
    out=[]
    try:
        for k in d:
            out.append(k)
            if k==n//2: d[n+k]=1
    except RuntimeError as e: out.append(str(e))
    try:
        for k,v in d.items():
            if k==1: del d[0]
    except RuntimeError as e: out.append(str(e))
    try:
        for k in list(d):
            del d[k]
            d[k]=0
    except RuntimeError as e: out.append(str(e))
    for k in d:
        d[k]=k
    return out,list(d.items())
""",
    "f(6)",
    "f(3)",
)
add(
    "list mutation",
    """
def f(n):
    l=list(range(n)); out=[]
    for x in l:
        out.append(x)
        if x%3==0 and len(l)<50: l.append(x+1)
        if x%4==1: l.remove(x)
    for i in range(len(l)):
        if i<len(l) and l[i]%2: del l[i]
    for x in l:
        l.clear()
    for x in l: pass
    it=iter([1,2,3]); a=[]
    for x in it:
        a.append(x)
        for y in it: a.append(y*10); break
    return out,l,a
""",
    "f(10)",
    "f(20)",
)
add(
    "list shrink in body",
    """
def f(n):
    l=[1.5]*n; t=0
    for i in range(n):
        t+=l[i]
        if i==n-3: l.pop(); l.pop()
    return t
""",
    "f(4)",
    "f(10)",
)
add(
    "global changes",
    """
G=1
def bump():
    global G
    G=G+1 if G<5 else 'str'
def f(n):
    t=[]
    for i in range(n):
        t.append(G)
        if i%2: bump()
    return t
def reset():
    global G
    G=1
""",
    "(reset(),f(6))",
    "(reset(),f(12))",
)
add(
    "builtin shadow",
    """
import builtins
old=builtins.len
def f(n):
    t=[]
    for i in range(n):
        t.append(len('abc'))
        if i==n//2: builtins.len=lambda x: 'fake'
    builtins.len=old
    return t
def g(n):
    t=[]
    for i in range(n):
        t.append(abs(-i))
        if i==3: globals()['abs']=lambda x:'mine'
    globals().pop('abs',None)
    return t
def h(n):
    t=[]
    for i in range(n):
        for j in range(2): t.append(j)
        if i==3: globals()['range']=lambda *a:[7,8]
    globals().pop('range',None)
    return t
""",
    "f(6)",
    "g(6)",
    "h(6)",
    "f(3)",
    hinted="f g h",
)
add(
    "code swap",
    """
def g(x): return x+1
def g2(x): return x*10
def f(n):
    t=[]
    for i in range(n):
        t.append(g(i))
        if i==3: g.__code__=g2.__code__
        if i==5: g.__defaults__=(7,)
        if i==6: t.append(g())
    g.__code__=ORIG; g.__defaults__=None
    return t
ORIG=g.__code__
""",
    "f(9)",
    "f(4)",
    hinted="f g",
)
add(
    "kwdefaults",
    """
def g(x,*,k=1): return x+k
def f(n):
    t=[]
    for i in range(n):
        t.append(g(i))
        if i==3: g.__kwdefaults__['k']=100
        if i==5: g.__kwdefaults__={'k':'s'}
        if i==6:
            try: g(1)
            except TypeError as e: t.append(str(e))
            g.__kwdefaults__=None
            try: g(1)
            except TypeError as e: t.append(str(e))
            g.__kwdefaults__={'k':1}
    return t
""",
    "f(4)",
    "f(9)",
    hinted="f g",
)
add(
    "del in loop & rebinding loop var",
    """
def f(n):
    out=[]
    for i in range(n):
        if i%2: del i
        try: out.append(i)
        except UnboundLocalError as e: out.append('u')
    try: out.append(('end',i))
    except UnboundLocalError as e: out.append(str(e))
    for x in [1.5,2,'s'][:n]:
        y=x; x=None; out.append((x,y)); del y
    return out
""",
    "f(3)",
    "f(4)",
    "f(0)",
    "f(1)",
)
add(
    "eval/exec of hinted code",
    """
import types
def f(n):
    t=0
    for i in range(n): t+=i*K
    return t
K=3
def run():
    h=types.FunctionType(f.__code__,{'K':10,'range':range})
    import copy,functools
    w=functools.wraps(f)(lambda n: f(n)+1)
    return f(4),h(4),w(4),f.__wrapped__ if hasattr(f,'__wrapped__') else None,f.__call__(3),types.MethodType(f,5)()
""",
    "run()",
    "f(6)",
    warm="f(4)",
)
add(
    "closure cells swapped",
    """
def mk(a):
    def f(n):
        nonlocal a
        t=0
        for i in range(n): t+=a; a=a+1
        return t,a
    return f
f=mk(1)
def run():
    f.__closure__[0].cell_contents='s'
    try: f(2)
    except TypeError as e: r=str(e)
    f.__closure__[0].cell_contents=2.5
    r2=f(2)
    del f.__closure__[0].cell_contents
    try: f(1)
    except NameError as e: r3=str(e)
    f.__closure__[0].cell_contents=2**62
    return r,r2,r3,f(4)
""",
    "run()",
    "f(2)",
    warm="f(2)",
)
add(
    "globals dict subclass / builtins replaced",
    """
import builtins
def mk(b):
    g={'__builtins__':b,'K':2}
    exec('def f(n):\\n t=0\\n for i in range(n): t+=len("ab")*K\\n return t',g)
    return g
A=mk(builtins); f=A['f']
def run():
    r=[f(3)]
    A['len']=lambda x:7
    r.append(f(3)); del A['len']; r.append(f(3))
    A['K']=0.5; r.append(f(3)); del A['K']
    try: f(3)
    except NameError as e: r.append(str(e))
    A['K']=2; A['range']=lambda n:[1]; r.append(f(3)); del A['range']; r.append(f(3))
    A.clear();
    try: f(1)
    except Exception as e: r.append(repr(e))
    A.update({'__builtins__':builtins,'K':2}); r.append(f(3))
    return r
""",
    "run()",
    "f(2)",
    warm="f(2)",
)
