-- Sends the requests of a file in turn: the first line is the method, then a line for each header, an empty line, and a
-- path on each line that follows. A last argument names the file of a body. Tells the percentiles in one line.
local sent, at = {}, 0

function init(args)
    local lines = io.lines(args[1])
    local method, headers, body = lines(), {}, nil
    for line in lines do
        if line == "" then break end
        local name, value = line:match("^([^:]+): (.*)$")
        headers[name] = value
    end
    if args[2] then
        local file = io.open(args[2], "rb")
        body = file:read("*a")
        file:close()
    end
    for path in lines do
        sent[#sent + 1] = wrk.format(method, path, headers, body)
    end
end

function request()
    at = at % #sent + 1
    return sent[at]
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        "RESULT %d %d %d %f %f %f\n", summary.requests, summary.duration,
        errors.connect + errors.read + errors.write + errors.status + errors.timeout,
        latency:percentile(50), latency:percentile(99), summary.bytes
    ))
end
