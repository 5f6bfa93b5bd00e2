"""One line each: what programs_temporaries.py makes functions of, in which something ends."""

EXPRESSIONS = """\
one(D("x"))
one(a)
one(one(D("x")))
two(D("x"), D("y"))
two(y=D("y"), x=D("x"))
two(a, D("y"))
two(D("x"), a)
two(*[D("x"), D("y")])
two(*(D("x"), D("y")))
two(*(D("x"), a))
two(*args)
two(*[a, b])
two(D("x"), *[D("y")])
two(**{"x": D("x"), "y": D("y")})
two(D("x"), **{"y": D("y")})
two(*[D("x")], **{"y": D("y")})
two(*D("x"))
star(*args, **{"k": D("k")})
star(D("x"), *args, k=D("k"))
drop(D("x"))
drop(a)
drop(*[D("x")])
drop(*(D("x"),))
rebinds(D("x"))
rebinds(*[D("x")])
N(D("x"), D("y"))
N(*[D("x"), D("y")])
N(*args)
N(a, b)
G(D("x"))
G(D("x")).x
G(a).x
D("x")(D("y"))
D("x")(*[D("y")])
D("x")(a)
a(b)
a(*args)
a(D("x"), k=D("k"))
D("x")[D("y")]
D("x")[a]
a[D("y")]
a[b]
a[one(b)]
a[1]
a[b][a]
D("x")[1:2]
D("x")[D("s"):D("t")]
a[D("s"):D("t"):D("u")]
[D("x"), D("y")][0]
[D("x"), D("y")][D("i")]
[D("x"), D("y")][-1]
(D("x"), D("y"))[0]
(D("x"), a)[n]
[a, b][n]
[D("x"), D("y")][0:1]
{"k": D("x"), "l": D("y")}["k"]
{D("k"): D("v")}[D("l")]
{D("k"), D("l")}
{D("k"): D("v"), D("l"): D("w")}
D("x") + D("y")
D("x") + a
a + D("x")
a + b
a + b + a
a + 1
1 + a
1.5 + D("x")
n + D("x")
D("x") + n
-D("x")
-a
not D("x")
not a
D("x") < D("y")
a < b
a < b < a
D("x") < D("y") < D("z")
D("x") == D("y")
a == b
a == D("y")
a != b
a is b
D("x") is D("y")
a in b
D("x") in D("y")
D("x") in a
a in [b]
a in (b,)
D("x") not in D("y")
D("x") in [D("y"), D("z")]
D("x") in {D("y"): 1}
D("x") and D("y")
D("x") or D("y")
a and b
a or b
D("x") if D("y") else D("z")
D("x").p
a.p
a.q
D("x").q
D("x").m(D("y"))
a.m(b)
a.m(D("y"))
D("x").m(a)
D("x").m0()
a.m0()
D("x").m(*[D("y")])
a.m(*args)
D("x").m(*[])
D("x").s(D("y"))
D.s(D("y"))
D("x").c(D("y"))
a.m(b).m(a)
D("x").m(D("y")).m(D("z"))
D.m(D("x"), D("y"))
D.m0(a)
f"{a}{b}"
f"{D('x')}{D('y')!s}"
f"{a:>10}"
f"{D('x'):{D('y')}}"
"%s" % D("x")
"a".join([str(D("x"))])
str(D("x"))
str(a)
int(D("x"))
int(a)
abs(D("x"))
abs(a)
len(D("x"))
len(a)
len([D("x"), D("y")])
bool(D("x"))
bool(a)
min(D("x"), D("y"))
max(a, b)
min([D("x"), D("y")])
isinstance(D("x"), D)
type(D("x"))
id(D("x")) and 1
hash(D("x"))
repr([1, D("x").name])
list(D("x"))
tuple(D("x"))
set([D("x"), D("y")])
dict(k=D("x"))
sorted([D("x")])
list(map(one, [D("x"), D("y")]))
sum([D("x")], D("s"))
[one(x) for x in D("x")]
[x for x in [D("x"), D("y")]]
[x.name for x in [D("x"), D("y")]]
[one(x) for x in (D("x"), a)]
{x.name: x for x in [D("x"), D("y")]}
{x for x in [D("x"), D("y")]}
[D("x"), D("y")]
(D("x"), D("y"))
[*D("x")]
[*[D("x")], D("y")]
(*D("x"), D("y"))
{**{"k": D("x")}, "l": D("y")}
[D("x")] + [D("y")]
[D("x")] * 2
(D("x"),) + (D("y"),)
L + [D("x")]
getattr(D("x"), "q")
getattr(a, "name")
print(D("x"), file=sink)
T.get("k", D("x"))
T.get(D("x"), D("y"))
T.setdefault("z", D("x")) and T.pop("z")
L.append(D("x")) or L.pop()
L.append(a) or L.pop()
L.insert(D("i"), D("x")) or L.pop(1)
L.extend([D("x")]) or L.pop()
L.index(D("x"))
weakref.ref(D("x"))
weakref.ref(D("x"), lambda r: log.append("gone"))
one(weakref.ref(one(D("x")), lambda r: log.append("gone")))
fails(D("x"), D("y"))
fails(*[D("x"), D("y")])
fails(a, k=D("k"))
two(D("x"), D("y"), D("z"))
two(D("x"), w=D("w"))
two(*[D("x")], **{"x": D("y")})
two(D("x"), fails(D("y")))
[D("x"), fails(D("y")), D("z")]
{"k": D("x"), "l": fails()}
D("x") + fails()
D("x")[fails()]
D("x").m(D("y"), fails())
D("x").m(*fails())
Fail()[D("x")]
Fail() + D("x")
D("x") if Fail() else D("y")
Fail() == D("x")
Fail().q
two(D("x"), Fail().q)
[*Fail()]
two(*Fail())
L[D("x"):D("y")]
L[9]
[D("x")][9]
[D("x"), D("y")][big]
T[D("x")]
{"a": D("x")}["b"]
D("x") + nothing
one(D("x"), nothing)
unset
two(D("x"), unset)
"""

STATEMENTS = """\
a = D("x")
a, b = b, a
a, *c = [D("x"), D("y"), D("z")]
a, b = D("x")
a, b = [D("x")]
a, b = [D("x"), D("y"), D("z")]
a, b = (x for x in [D("x"), D("y")])
[a, b] = {"k": D("x"), "l": D("y")}.values()
a += D("x")
a += b
n += D("x")
a[D("x")] = D("y")
a[b] = a
D("x")[D("y")] = D("z")
D("x")[1] = a
D("x")[1:2] = D("y")
D("x")[D("y"):D("z")] = D("w")
a[D("x")] += D("y")
D("x")[D("y")] += D("z")
[D("x"), D("y")][0] = D("z")
[D("x"), D("y")][9] = D("z")
c = [D("x"), D("y")]; c[0] = D("z"); c[1] = None
c = [D("x"), D("y")]; c[0], c[1] = c[1], c[0]
c = [D("x"), D("y")]; c[0] = one(c[0])
c = {"k": D("x")}; c["k"] = D("y"); c["l"] = D("z"); c.clear()
c = {D("k"): D("x")}; c[D("l")] = D("y")
c = [D("x")]; c.append(c.pop())
c = [D("x"), D("y")]; del c[0]
c = {"k": D("x")}; del c["k"]
del a[D("x")]
del D("x")[D("y")]
del D("x")[D("y"):]
del a
del a, b
del a; a = D("x")
a = a
b = a; a = D("x"); b = D("y")
D("x").q = D("y")
a.q = b
a.q = D("y")
a.q += D("y")
del D("x").q
del a.q
c = G(D("x")); c.x = D("y"); c.x = a
c = G(D("x")); c.x += D("y")
c = G(D("x")); del c.x
G(D("x")).x = D("y")
D("x")
D("x"), D("y")
one(D("x")), one(D("y"))
one(D("x")); one(D("y"))
for x in [D("x"), D("y"), D("z")]: one(x)
for x in (D("x"), D("y"), D("z")): one(x)
for x in D("x"): one(x)
for x in [D("x"), D("y")]: break
for x in [D("x"), D("y")]: x = D("z")
for x in [D("x"), D("y")]: del x
for x, y in [(D("x"), D("y")), (D("z"), D("w"))]: two(x, y)
for i, x in enumerate([D("x"), D("y")]): two(x)
for i, x in zip([1, 2], [D("x"), D("y")]): two(x)
for x in {"k": D("x")}.values(): one(x)
for k, x in {"k": D("x"), "l": D("y")}.items(): one(x)
for x in reversed([D("x"), D("y")]): one(x)
for x in [D("x"), D("y")]: fails(x)
for x in fails(D("x")): pass
for i in range(3): x = D(str(i))
for i in range(3): one(D(str(i)))
for i in range(3): a = a + b
for i in range(3): a, b = b, D(str(i))
for i in range(3): D("x") + D("y")
for i in range(D("x")): one(D("y"))
while one(D("x")): break
while n < 3: n += 1; one(D("x"))
if D("x"): one(D("y"))
if D("x") < D("y"): one(D("z"))
if D("x") is None: pass
assert D("x")
assert not D("x"), D("y")
raise ValueError(D("x"))
return D("x")
return one(D("x"))
return two(D("x"), D("y")), said()
return a
c = a; return c
c = lambda: a; one(c()); a = None; c = None
c = [lambda: x for x in [D("x"), D("y")]]; one(c[0]())
try: fails(D("x"))
try: one(D("x")); fails(D("y"))
try: a = D("x") + fails()
try: two(D("x"), nothing)
try: D("x")[fails()] = D("z")
try: return one(D("x"))
"""
